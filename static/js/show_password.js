// A button that shows what was typed into a password field, and hides it again.

function offer(root) {
  for (const button of root.parentNode.querySelectorAll("[data-reveal]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const isShown = field.type === "text";
  field.type = isShown ? "password" : "text";
  button.firstElementChild.textContent = isShown ? "Show" : "Hide";
});

document.addEventListener("htmx:after:process", (event) => offer(event.target));
offer(document.body);
