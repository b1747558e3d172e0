"""The development inbox under /dev/inbox/; project/urls.py includes it with DEBUG only."""

from django.urls import path

from identity.inbox import views

app_name = "inbox"

urlpatterns = [
    path("", views.messages, name="messages"),
    path("messages.json", views.messages_json, name="messages_json"),
    path("<int:message_id>.html", views.as_html, name="as_html"),
]
