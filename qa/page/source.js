// The source: a citation's address opened, its words marked in the text and, for a PDF, boxed on the page as it looks.
const PLACE = /^#cite=([0-9a-f]{64}):(\d{1,12}):(\d{1,12})(?::(\d{1,12}):(\d{1,12}))?$/;
const WHOLE = /^#doc=([0-9a-f]{64})$/;
let latest = 0, opener = null;

const say = (text, role) => {
  const message = make('p', 'message', text);
  if (role) message.setAttribute('role', role);
  viewer.replaceChildren(bar(), message);
};
const paragraph = (block) => {
  const made = make(block.heading ? 'h3' : 'p', 'block ' + block.kind);
  if (block.number) made.dataset.number = block.number;
  const [lead, answer, trail] = block.marked;
  const mark = make('mark', '', lead, ...(answer ? [make('strong', '', answer)] : []), trail);
  if (mark.textContent) made.classList.add('cited');
  made.append(block.before, ...(mark.textContent ? [mark] : []), block.after);
  return made;
};

// Back to the documents, or among the citations of the answer that one was opened from.
const bar = () => {
  const made = make('p', 'bar', '', button('', words.to_documents, () => showDocuments(true)));
  const links = opener ? [...opener.closest('.bot-row').querySelectorAll('a[href^="#cite="]')] : [];
  const place = links.indexOf(opener);
  if (links.length > 1) {
    const step = (label, sign, by) => {
      const made = button('step', sign, () => links[place + by].click());
      made.setAttribute('aria-label', label);
      made.title = label;
      made.disabled = !links[place + by];
      return made;
    };
    made.append(step(words.previous, '‹', -1),
      make('span', '', fill(words.citation_of, {i: place + 1, n: links.length})), step(words.next, '›', 1));
  }
  if (opener) made.append(button('back', words.back, () => {
    const to = opener && opener.isConnected ? opener : document.querySelector('#q textarea');
    to.scrollIntoView({block: 'center'});
    to.focus({preventScroll: true});
  }));
  return made;
};

// The page as it looks, in a part of its own that scrolls to the box.
const pageImage = (image) => {
  const made = make('section', 'sheet'), frame = make('div', 'frame'), where = make('span');
  let page = image.page;
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  const turn = (label, sign, by) => {
    const made = button('step', sign, () => show(page + by, made));
    made.setAttribute('aria-label', label);
    made.title = label;
    return made;
  };
  const before = turn(words.page_before, '‹', -1), after = turn(words.page_after, '›', 1);
  const show = (to, pressed) => {
    page = to;
    const marked = page in image.tops, label = marked ? words.page_image_marked : words.page_image;
    const drawn = document.createElement('img');
    drawn.alt = fill(label, {i: page});
    frame.setAttribute('aria-label', fill(words.page_image, {i: page}));
    where.textContent = fill(words.page_of, {i: number(page), n: number(image.count)});
    before.disabled = page <= 1;
    after.disabled = page >= image.count;
    if (pressed && pressed.disabled) (pressed === before ? after : before).focus();
    drawn.addEventListener('load', () => {
      const box = (image.tops[page] || 0) * drawn.clientHeight;
      frame.scrollTop = box < frame.clientHeight / 2 ? 0 : box - frame.clientHeight / 4;
    });
    drawn.addEventListener('error', async () => {
      const said = await fetch(drawn.src).then((answer) => answer.json()).catch(() => ({}));
      frame.replaceChildren(make('p', 'message', said.detail || words.no_page_image));
    });
    drawn.src = image.address.replace('PAGE', page);
    frame.replaceChildren(drawn);
  };
  show(page);
  made.append(make('p', 'bar', '', before, where, after), frame);
  return made;
};

const show = (source) => {
  const title = make('h2', 'title', source.title);
  title.tabIndex = -1;
  const text = make('div', 'doc', '');
  text.tabIndex = 0;
  text.setAttribute('role', 'region');
  text.setAttribute('aria-label', words.source_text);
  if (source.cut_before) text.append(make('p', 'cut', words.cut_before));
  let page = '';
  for (const block of source.blocks) {
    if (block.page && block.page !== page) text.append(make('div', 'page', block.page));
    page = block.page || page;
    text.append(paragraph(block));
  }
  if (source.cut_after) text.append(make('p', 'cut', words.cut_after));
  const head = make('header', '', '', bar(), title);
  if (source.facts) head.append(make('p', 'facts', source.facts));
  const where = make('p', 'where', '', make('bdi', 'file', source.file));
  for (const place of source.places) where.append(' · ', place);
  const file = make('a', '', words.open_file);
  file.href = source.file_address;
  file.setAttribute('download', '');
  where.append(' · ', file);
  head.append(where);
  viewer.replaceChildren(head, ...(source.image ? [pageImage(source.image)] : []), text);
  const mark = text.querySelector('mark strong') || text.querySelector('mark');
  const above = (each) => each.getBoundingClientRect().top;
  if (mark) text.scrollTop += above(mark) - above(text) - text.clientHeight / 4;
  title.focus({preventScroll: true});
};

const open = async (address, link) => {
  if (!address.startsWith('#cite=') && !address.startsWith('#doc=')) return;
  const mine = ++latest;
  const parts = PLACE.exec(address), whole = WHOLE.exec(address);
  let source = {error: words.no_passage};
  if (parts || whole) {
    viewer.setAttribute('aria-busy', 'true');
    const place = {sha256: (parts || whole)[1]};
    if (parts) Object.assign(place, {start: +parts[2], end: +parts[3]});
    if (parts && parts[4]) place.answer = [+parts[4], +parts[5]];
    // Gradio gives undefined where the server cannot be reached, and throws where it refuses.
    source = await server.open_source({place, language: words.language}).catch(() => null) || {error: words.not_loaded};
  }
  if (mine !== latest) return;
  viewer.removeAttribute('aria-busy');
  opener = link && link.closest('.bot-row') ? link : null;
  showView(viewer);
  if (source.error) say(source.error, 'alert'); else show(source);
  comeInto();
  for (const each of document.querySelectorAll('#chat a[href^="#cite="]'))
    each.toggleAttribute('aria-current', each === link || (!link && each.getAttribute('href') === address));
};
document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite="], a[href^="#doc="]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  history.replaceState(null, '', link.getAttribute('href'));
  open(link.getAttribute('href'), link);
}, true);
window.addEventListener('hashchange', () => open(location.hash));
document.addEventListener('askfolder-new', () => {
  latest++;
  opener = null;
  history.replaceState(null, '', location.pathname + location.search);
  showDocuments(false);
});
