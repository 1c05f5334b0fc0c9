// The conversation: what can be done with a reply, what is chosen to be asked, and Gradio's marks for screen readers.
window.askfolder = {
  language: words.language,
  chosen: () => [...chosen],
  wish: null,                 // what was clicked: [what, turn, entry]
  done: async (made) => {     // what came of it
    if (!made) return;
    if (made.copy) {
      const copied = navigator.clipboard
        ? await navigator.clipboard.writeText(made.copy).then(() => true, () => false) : copyOldWay(made.copy);
      tellReader(copied ? words.copied : words.not_copied);
    }
    if (made.save) {
      const link = make('a'), file = new Blob([made.save], {type: made.type});
      link.href = URL.createObjectURL(file);
      link.download = made.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }
    if (made.say) tellReader(made.say);
    if (made.again) requestAnimationFrame(() => requestAnimationFrame(() => {     // when the question is in its box
      const submit = document.querySelector('#q .submit-button');
      if (submit) submit.click();
    }));
    if (made.edit) {
      const box = document.querySelector('#q textarea');
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
    }
  },
};
const copyOldWay = (text) => {        // where the page is not served over https, there is no other
  const box = make('textarea', '', text);
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  return copied;
};
const tellReader = (text) => {
  const told = document.querySelector('#told');
  if (!told) return;
  told.textContent = text;
  clearTimeout(tellReader.timer);
  tellReader.timer = setTimeout(() => { told.textContent = ''; }, 4000);
};
document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#do="]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  window.askfolder.wish = link.getAttribute('href').slice(4).split(':');
  document.querySelector('#do').click();
}, true);

// Gradio labels each message with its Markdown source, which a screen reader would spell out, and gives the suggestions
// a list's role without items. Its parts come and go, so they are mended as they appear.
const mend = () => {
  document.querySelectorAll('#chat [data-testid][aria-label]').forEach((each) => each.removeAttribute('aria-label'));
  document.querySelectorAll('#chat .examples[role]').forEach((each) => each.removeAttribute('role'));
  document.querySelectorAll('#chat a[href^="#do="]:not([role])').forEach((each) => each.setAttribute('role', 'button'));
  showChosen();
};
new MutationObserver(mend).observe(document.body,
  {subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label']});
mend();
render();
showDocuments(false);
open(location.hash);
