// What the scripts of the page share: words, elements made of text, and which of its two views the right pane shows.
const asked = navigator.languages.map((language) => language.slice(0, 2).toLowerCase());
const words = props.words[asked.find((language) => language in props.words) || 'en'];
document.documentElement.lang = words.language;

// Control characters are left out, and those that make a line read otherwise than it is written.
const seen = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
const make = (tag, name, text, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = seen(text);      // the only way in for the text of a document
  made.append(...children);
  return made;
};
const button = (name, text, act) => {
  const made = make('button', name, text);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all);
const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, words.thousands);
const count = (n, forms) => fill(forms[n === 1 ? 0 : 1], {n: number(n)});

const viewer = element.querySelector('.viewer');
const documents = element.querySelector('.documents');
viewer.setAttribute('aria-label', words.source);
documents.setAttribute('aria-label', words.documents);
const showView = (view) => {
  viewer.hidden = view !== viewer;
  documents.hidden = view !== documents;
};
// Where the panes stand one below the other, what was asked for is brought into view.
const comeInto = () => { if (matchMedia('(max-width: 800px)').matches) element.scrollIntoView({block: 'start'}); };
