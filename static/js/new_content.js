// What a page or a fragment asks for by its marks, each once: open this, submit this, count down here. Then the
// first mistake of a form gets the focus.

// The marked elements at and beside `root`, each with its mark's value, and without the mark from now on.
function takeMarked(mark, root) {
  return [...root.parentNode.querySelectorAll(`[data-${mark}]`)].map((element) => {
    const value = element.dataset[mark];
    delete element.dataset[mark];
    return [element, value];
  });
}

function open(element) {
  if (element.showModal) element.showModal();
  else element.showPopover();
  element.querySelector("[autofocus], a, button, input:not([type=hidden])")?.focus();
}

function countDown(button, end) {
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const words = button.nextElementSibling;
  button.disabled = left > 0;
  words.hidden = left === 0;
  words.lastElementChild.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left > 0 && button.isConnected) setTimeout(countDown, 250, button, end);
}

function enliven(root) {
  for (const [element] of takeMarked("open", root)) open(element);
  for (const [form] of takeMarked("autosubmit", root)) form.requestSubmit();
  for (const [button, seconds] of takeMarked("countdown", root)) countDown(button, Date.now() + seconds * 1000);
  root.querySelector("[aria-invalid=true]")?.focus();
}

// What a page has filled in for somebody is replaced by what they type.
document.querySelector("input[type=text][autofocus]")?.select();

document.addEventListener("htmx:after:process", (event) => enliven(event.target));
enliven(document.body);
