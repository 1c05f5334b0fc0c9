// The documents: listed, filtered, chosen to be asked alone, added with progress, removed. Kept up to date while open.
const SHOWN = 200;            // rows: more is found by the filter
const LOOK_EVERY = 3000;      // milliseconds between two looks at the list
const LOOK_CLOSELY = 400;     // while documents are added
const chosen = new Set();     // sources
let listed = {documents: [], unread: [], reading: null}, version = '', adding = null, removing = null;

const heading = make('h2', '', words.documents), counts = make('span', 'counts');
heading.tabIndex = -1;
const filter = make('input', 'filter');
filter.type = 'search';
filter.placeholder = words.filter;
filter.setAttribute('aria-label', words.filter);
const picker = make('input', 'picker');
picker.type = 'file';
picker.multiple = true;
picker.tabIndex = -1;
picker.setAttribute('aria-hidden', 'true');
const add = button('add', words.add, () => picker.click());
const bars = make('progress'), news = make('div', 'news');
bars.hidden = true;
bars.setAttribute('aria-label', words.add);
news.setAttribute('role', 'status');
const cancel = button('cancel', words.cancel, () => adding && adding.abort());
cancel.hidden = true;
const rows = make('ul', 'rows'), rest = make('p', 'rest'), unread = make('details', 'unread');
documents.append(
  make('header', '', '', heading, counts,
    make('p', 'bar', '', filter, add, picker, make('span', 'drop-hint', words.add_hint)),
    make('div', 'adding', '', bars, cancel), news),
  make('div', 'list', '', rows, rest, unread));

const showDocuments = (focused) => {
  showView(documents);
  if (!focused) return;
  comeInto();
  heading.focus({preventScroll: true});
};
const tell = (text, ...lines) => news.replaceChildren(...(text ? [make('p', '', text)] : []),
  ...(lines.length ? [make('ul', '', '', ...lines.map((line) => make('li', '', line)))] : []));

const facts = (each) => [
  each.kind,
  ...(each.page_count ? [count(each.page_count, words.page_count)] : []),
  count(each.paragraph_count, words.paragraph_count),
  ...(each.date ? [each.date] : []),
  ...(each.uploaded ? [words.uploaded] : []),
].join(' · ');
const nameOf = (each) => each.title || each.source.split('/').pop();

const row = (each) => {
  const title = nameOf(each), link = make('a', '', title), box = make('input');
  link.href = '#doc=' + each.id;
  box.type = 'checkbox';
  box.checked = chosen.has(each.source);
  box.setAttribute('aria-label', seen(fill(words.ask_only, {title})));
  box.addEventListener('change', () => {
    if (box.checked) chosen.add(each.source); else chosen.delete(each.source);
    showChosen();
  });
  const about = make('div', 'about', '', link, make('p', 'file', '', make('bdi', '', each.source)),
    make('p', 'facts', facts(each)));
  if (each.losses.length) about.append(make('p', 'losses', fill(words.in_part, {losses: each.losses.join('; ')})));
  const made = make('li', '', '', box, about);
  made.dataset.id = each.id;
  if (removing === each.id) {
    const keep = button('keep', words.keep, () => { removing = null; render(); focusIn(each.id, '.remove'); });
    about.append(make('p', 'sure', fill(words.remove_sure, {title}) + ' '),
      make('p', 'bar', '', button('remove', words.remove, () => remove(each)), keep));
  } else if (each.uploaded) {
    const take = button('remove', words.remove, () => { removing = each.id; render(); focusIn(each.id, '.keep'); });
    take.setAttribute('aria-label', seen(`${words.remove}: ${title}`));
    made.append(take);
  }
  return made;
};

const focusIn = (id, part) => {
  const there = rows.querySelector(`[data-id="${id}"] ${part}`);
  if (there) there.focus({preventScroll: true});
};
const render = () => {
  const active = document.activeElement, within = active.closest('.rows li');
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (each) => wanted.every((word) => `${each.title || ''}\n${each.source}`.toLowerCase().includes(word));
  const found = listed.documents.filter(fits);
  rows.replaceChildren(...found.slice(0, SHOWN).map(row));
  if (within) focusIn(within.dataset.id, active.localName + (active.className && '.' + active.className));
  const none = listed.documents.length ? words.none_match : words.no_documents;
  rest.textContent = found.length > SHOWN ? count(found.length - SHOWN, words.more_documents) : found.length ? '' : none;
  unread.hidden = !listed.unread.length;
  unread.replaceChildren(make('summary', '', count(listed.unread.length, words.unread)),
    make('ul', '', '', ...listed.unread.map((each) => make('li', '', '', make('bdi', '', each.source), seen(': ' + each.reason)))));
  const paragraphs = listed.documents.reduce((sum, each) => sum + each.paragraph_count, 0);
  const both = `${count(listed.documents.length, words.document_count)} · ${count(paragraphs, words.paragraph_count)}`;
  counts.textContent = count(listed.documents.length, words.document_count);
  const header = document.querySelector('#header .counts');
  if (header) header.textContent = both;
  for (const source of [...chosen]) if (!listed.documents.some((each) => each.source === source)) chosen.delete(source);
  showChosen();
};
const showChosen = () => {
  const scope = document.querySelector('#scope');
  const said = chosen.size ? count(chosen.size, words.asking_only) : '';
  if (!scope || scope.dataset.said === said) return;      // whoever watches the page would call again, for ever
  scope.dataset.said = said;
  const all = button('', words.ask_all, () => { chosen.clear(); render(); });
  scope.replaceChildren(...(said ? [said + ' ', all] : []));
};

const showReading = (reading) => {
  if (!adding || !reading || !adding.sent) return;
  bars.max = reading.files + reading.paragraphs_found;
  bars.value = reading.files_read + reading.paragraphs_embedded;
  const file = reading.source.split('/').pop() || '…';
  tell(reading.paragraphs_embedded
    ? fill(words.reading_paragraphs, {i: number(reading.paragraphs_embedded), n: number(reading.paragraphs_found)})
    : fill(words.reading_files, {file, i: number(reading.files_read), n: number(reading.files)}));
};
const look = async () => {
  const answer = await fetch('api/documents', {headers: version ? {'If-None-Match': version} : {}, cache: 'no-store'})
    .catch(() => null);
  const told = document.querySelector('#told');     // at the question, whatever the right pane shows
  if (!answer) {
    if (!adding) tell(words.offline);
    if (told) told.textContent = words.offline;
    return;
  }
  if (news.textContent === words.offline) tell('');
  if (told && told.textContent === words.offline) told.textContent = '';
  if (answer.status !== 200) return;
  version = answer.headers.get('ETag');
  listed = await answer.json();
  showReading(listed.reading);
  if (!removing) render();
};
const watch = async () => {
  if (!document.hidden || adding) await look();
  clearTimeout(watch.timer);
  watch.timer = setTimeout(watch, adding ? LOOK_CLOSELY : LOOK_EVERY);
};

const send = (files) => {
  if (adding || !files.length) return;
  const form = new FormData(), request = new XMLHttpRequest();
  for (const file of files) form.append('files', file, file.name);
  const done = (text, failed) => {
    const within = document.activeElement === cancel;
    adding = null;
    bars.hidden = cancel.hidden = true;
    add.disabled = false;
    if (within) add.focus();
    tell(text, ...failed.map((each) => `${each.source}: ${each.reason}`));
    version = '';
    look();
  };
  request.upload.addEventListener('progress', (event) => {
    bars.max = event.total;
    bars.value = event.loaded;
    tell(fill(words.sending, {share: Math.floor(100 * event.loaded / event.total)}));
  });
  request.upload.addEventListener('load', () => {
    request.sent = true;
    bars.removeAttribute('value');
    clearTimeout(watch.timer);
    watch();
  });
  request.addEventListener('load', () => {
    let said = {};
    try { said = JSON.parse(request.responseText); } catch { /* then only the status speaks */ }
    if (request.status !== 201) { done(said.detail || `${request.status} ${request.statusText}`, []); return; }
    const parts = [];
    if (said.added.length) parts.push(count(said.added.length, words.added));
    if (said.failed.length) parts.push(count(said.failed.length, words.not_added));
    done(parts.join(' '), said.failed);
  });
  request.addEventListener('error', () => done(words.offline, []));
  request.addEventListener('abort', () => done(words.cancelled, []));
  request.open('POST', 'api/documents');
  adding = request;
  bars.hidden = cancel.hidden = false;
  bars.max = 1;
  bars.value = 0;
  if (document.activeElement === add) cancel.focus();
  add.disabled = true;
  showDocuments(false);
  request.send(form);
};
const remove = async (each) => {
  const answer = await fetch('api/documents/' + each.id, {method: 'DELETE'}).catch(() => null);
  const said = answer && !answer.ok ? (await answer.json().catch(() => ({}))).detail : '';
  removing = null;
  version = '';
  await look();
  tell(answer ? said || fill(words.removed, {title: nameOf(each)}) : words.offline);
  heading.focus({preventScroll: true});
};

filter.addEventListener('input', render);
picker.addEventListener('change', () => { send([...picker.files]); picker.value = ''; });
let over = 0;                 // dragenter and dragleave come in pairs for every element below
const dragged = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
document.addEventListener('dragenter', (event) => {
  if (!dragged(event)) return;
  over++;
  showDocuments(false);
  documents.dataset.drop = words.drop_here;
});
document.addEventListener('dragleave', (event) => {
  if (dragged(event) && --over <= 0) { over = 0; delete documents.dataset.drop; }
});
document.addEventListener('dragover', (event) => { if (dragged(event)) event.preventDefault(); });
document.addEventListener('drop', (event) => {
  if (!dragged(event)) return;
  event.preventDefault();
  over = 0;
  delete documents.dataset.drop;
  send([...event.dataTransfer.files]);
});
watch();
