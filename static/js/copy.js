// Copying what the page shows, where the browser lets us; and a download leaves its page as it was.
const said = document.getElementById("copied");
document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const lines = [...document.getElementById(button.dataset.copy).children].map((line) => line.textContent);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      said.textContent = "Copied";
    } catch {
      said.textContent = "Your browser didn’t allow that. Download them instead.";
    }
  });
});

// The download begins and the page stays, so its form has to be free again.
function free(form) {
  for (const element of [form, ...form.querySelectorAll("[aria-busy]")]) element.removeAttribute("aria-busy");
}

for (const form of document.querySelectorAll("[data-download]")) {
  form.addEventListener("submit", () => setTimeout(free, 1000, form));
}
