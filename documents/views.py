"""Documents: each view says what it asks for, and looks in no other organization than its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.auth import MemberRequest
from accounts.navigation import go, page
from accounts.permissions import own, permission_required
from accounts.recent import recently_verified
from documents.forms import Writing
from documents.models import Document

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@permission_required("documents", "read")
def documents(request: MemberRequest) -> HttpResponse:
    ours = Document.objects.filter(organization_id=request.member.organization_id)
    return page(request, "documents/list.html", {"documents": ours})


@require_safe
@permission_required("documents", "read")
def document(request: MemberRequest, document_id: str) -> HttpResponse:
    found = own(request, Document, document_id=document_id)
    return page(request, "documents/document.html", {"document": found})


@form_methods
@permission_required("documents", "create")
def new(request: MemberRequest) -> HttpResponse:
    member = request.member
    begun = Document(
        organization_id=member.organization_id,
        member_id=member.member_id,
        author=member.email_address,
    )
    return write(request, begun)


@form_methods
@permission_required("documents", "update")
def edit(request: MemberRequest, document_id: str) -> HttpResponse:
    return write(request, own(request, Document, document_id=document_id))


@form_methods
@permission_required("documents", "delete", strict=True)
@recently_verified(shows_page=True)
def delete(request: MemberRequest, document_id: str) -> HttpResponse:
    """Nothing brings it back: the service is asked, and the member for a fresh proof."""
    found = own(request, Document, document_id=document_id)
    if request.method != "POST":
        return page(request, "documents/delete.html", {"document": found})
    found.delete()
    messages.success(request, f"“{found}” is deleted.")
    return go(request, "documents:documents")


def write(request: MemberRequest, document: Document) -> HttpResponse:
    form = Writing(request.POST or None, initial={"title": document.title, "body": document.body})
    if not form.is_valid():
        return page(request, "documents/write.html", {"form": form, "title": document.title})
    document.title, document.body = form.cleaned_data["title"], form.cleaned_data["body"]
    document.save()
    messages.success(request, f"“{document}” is saved.")
    return go(request, "documents:documents")
