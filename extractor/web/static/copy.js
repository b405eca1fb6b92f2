// A button beside each text to copy. Without this script the text can still be marked and copied.
for (const source of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${source.dataset.copy}`);
  const said = document.createElement("span");
  said.className = "copied";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const text = source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      // Browsers keep the clipboard from pages that are not served securely: mark the text instead.
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      said.textContent = document.execCommand("copy") ? "Copied" : "Marked: copy it with the keyboard";
    }
  });
  source.after(button, said);
}
