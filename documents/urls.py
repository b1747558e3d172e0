"""The addresses of documents."""

from django.urls import URLPattern, path

from documents import views

app_name = "documents"

urlpatterns: list[URLPattern] = [
    path("documents", views.documents, name="documents"),
    path("documents/new", views.new, name="document_new"),
    path("documents/<slug:document_id>", views.document, name="document"),
    path("documents/<slug:document_id>/edit", views.edit, name="document_edit"),
    path("documents/<slug:document_id>/delete", views.delete, name="document_delete"),
]
