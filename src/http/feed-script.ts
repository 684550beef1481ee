// The script of the page of the feed: a form → frames to send; frames that arrive → lines that a person can read.

/** It runs in a browser, as it stands here; it must hold no `</script>`. */
export const FEED_SCRIPT = `
const at = (id) => document.getElementById(id);
const make = (tag, text, name) => { const made = document.createElement(tag); if (text !== undefined) made.textContent = text; if (name) made.className = name; return made; };
// Lists of plain values stand on one line.
const pretty = (value) => JSON.stringify(value, null, 2).replace(/\\[\\n\\s+([^\\[\\]{}]*?)\\n\\s+\\]/g, (_, inner) => '[' + inner.replace(/\\n\\s+/g, ' ') + ']');
const MOST = 200, held = new Map(), places = new Map();
let socket, wait = 500, next = 1, isImplied = true;

// What is composed.
function compose() {
  const table = at('table').value, isAll = table === '*';
  const frame = { op: 'subscribe', id: 's' + next, table };
  const rows = at('filterText').value.trim();
  if (!isAll && rows) {
    if (at('mode').value === 'query') frame.query = rows.replace(/^\\?/, '');
    else try { frame.where = JSON.parse(rows); } catch (error) { return complain('Which rows: this is no JSON. ' + error.message, at('filterText')); }
  }
  const fields = at('fields').value.split(',').map((name) => name.trim()).filter(Boolean);
  if (!isAll && fields.length) frame.fields = fields;
  const events = [...document.querySelectorAll('[name=event]:checked')].map(({ value }) => value);
  if (events.length) frame.events = events;
  if (at('told').value !== 'rows') frame.changes = at('told').value;
  const since = at('since').value.trim();
  if (since) {
    try { frame.since = isAll ? JSON.parse(since) : since; } catch { return complain('Since: for all tables, write an object such as {"stations": "…"}.', at('since')); }
  }
  if (at('snapshot').checked) frame.snapshot = true;
  at('frame').value = pretty(frame);
  complain('');
}
function complain(text, field) {
  at('wrong').textContent = text;
  at('wrong').hidden = !text;
  for (const each of [at('filterText'), at('since'), at('frame')]) each.removeAttribute('aria-invalid');
  if (field) field.setAttribute('aria-invalid', 'true');
}
function prefill() {
  const { where = '', query = '', fields = '' } = at('table').selectedOptions[0]?.dataset ?? {};
  at('filterText').value = at('mode').value === 'where' ? where : query;
  at('fields').value = fields;
  for (const id of ['filter', 'rows', 'fieldsLabel']) at(id).hidden = at('table').value === '*';
  compose();
}

// What is sent.
function send(frame) {
  if (socket?.readyState !== 1) return complain('Not connected yet. Try again in a moment.');
  socket.send(JSON.stringify(frame));
  show('sent', frame, JSON.stringify(frame).length);
}
function submit() {
  let frame;
  try { frame = JSON.parse(at('frame').value); } catch (error) { return complain('The frame is no JSON. ' + error.message, at('frame')); }
  complain('');
  if (frame?.op === 'subscribe') held.set(frame.id, { frame, isOn: false });
  send(frame);
  next++;
  compose();
}
function drawHeld() {
  const list = at('held');
  list.replaceChildren();
  const entries = [...held].filter(([, { isOn }]) => isOn);
  if (entries.length === 0) list.append(make('li', isImplied ? 'url: every table, until the first subscription' : 'none'));
  for (const [id, { frame }] of entries) {
    const { op, id: _, ...rest } = frame, item = make('li', id + ': ' + JSON.stringify(rest));
    const end = make('button', 'End');
    end.type = 'button';
    end.setAttribute('aria-label', 'End the subscription ' + id);
    end.onclick = () => send({ op: 'unsubscribe', id });
    item.append(end);
    list.append(item);
  }
}

// What is shown.
function keep(list, item) {
  list.prepend(item);
  while (list.children.length > MOST) list.lastChild.remove();
}
function show(way, frame, size) {
  const item = make('li'), details = make('details');
  const name = frame?.op ?? frame?.type ?? 'frame';
  details.append(make('summary', (way === 'sent' ? '→ ' : '← ') + name + '  ' + size.toLocaleString('en') + ' B  ' + new Date().toLocaleTimeString()));
  details.ontoggle = () => { if (details.open && !details.querySelector('pre')) details.append(make('pre', pretty(frame))); };
  item.append(details);
  keep(at('frames'), item);
}
const counted = (n, word) => n ? [n.toLocaleString('en') + (n === 1 ? ' row ' : ' rows ') + word] : [];
const WORDS = { added: 'is a new table', removed: 'is gone', rejected: 'cannot be read now', recovered: 'can be read again', schemaChanged: 'has other fields or types' };
const OPS = { is: 'row', insert: 'new row', update: 'row', delete: 'deleted row', enter: 'row matches now:', leave: 'row matches no longer:' };
function sentence({ type, data }) {
  const name = type.split('.').pop();
  if (name === 'joined' || name === 'left') return data.name + ' ' + name + ' ' + data.table + ' (' + data.count + ' there)';
  if (!data.counts) return data.table + ' ' + (WORDS[name] ?? name) + (data.reason ? ': ' + data.reason : '');
  const c = data.counts;
  const said = [...counted(c.inserted, 'inserted'), ...counted(c.updated, 'updated'), ...counted(c.deleted, 'deleted'), ...counted(c.entered, 'came in'), ...counted(c.left, 'went out')];
  if (data.reordered) said.push('in another order');
  if (data.truncated) said.push('read the table again (' + data.reason + ')');
  return data.table + ': ' + (said.join(', ') || 'changed');
}
function changeLine({ op, key, row, changed }) {
  const item = make('li');
  item.append(make('span', OPS[op] ?? op, 'op ' + op), ' ' + JSON.stringify(key) + ' ');
  const names = changed ?? Object.keys(row).slice(0, 4);
  item.append(make('span', names.map((name) => name + (changed ? ' is now ' : ' ') + JSON.stringify(row[name])).join(', '), 'dim'));
  return item;
}
function line(text, time, changes = []) {
  const item = make('li', text + ' ');
  item.append(make('span', new Date(time ?? Date.now()).toLocaleTimeString(), 'dim'));
  if (changes.length) {
    const list = make('ul');
    for (const change of changes.slice(0, 10)) list.append(changeLine(change));
    if (changes.length > 10) list.append(make('li', 'and ' + (changes.length - 10) + ' more', 'dim'));
    item.append(list);
  }
  keep(at('lines'), item);
  at('none').hidden = true;
}

// What arrives.
function take(message) {
  const { type, id, data } = message;
  if (message.specversion) {
    line(sentence(message), message.time, data.changes);
    for (const each of data.subscriptions ?? []) if (data.position) places.set(each, data.position);
  } else if (type === 'subscribed') {
    if (held.has(id)) held.get(id).isOn = true;
    isImplied = false;
    if (message.position) places.set(id, message.position);
    const missed = message.recovered === undefined ? '' : message.recovered ? ', with all that was missed' : ', but not what was missed (' + message.reason + ')';
    line('Subscribed to ' + message.table + ' as ' + id + missed);
  } else if (type === 'unsubscribed') {
    held.delete(id);
    line('Subscription ' + id + ' has ended');
  } else if (type === 'snapshot') line(message.table + ': ' + message.rows.length + ' rows as they are' + (message.last ? '' : ', and more'), undefined, message.rows.map((row, i) => ({ op: 'is', key: message.keys?.[i], row })));
  else if (type === 'resync') line(message.table + ': changes were left out, read the rows again (' + message.reason + ')');
  else if (type === 'pong') line('Pong');
  else if (type === 'error') {
    if (held.get(id)?.isOn === false) held.delete(id);
    complain(message.message + (message.nearest ? ' Nearest: ' + message.nearest : ''), at('frame'));
  }
  drawHeld();
}
function connect() {
  socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    show('got', message, data.length);
    if (message.type === 'hello') {
      at('live').className = 'on';
      at('live').textContent = 'Connected. ' + message.tables.length + (message.tables.length === 1 ? ' table.' : ' tables.');
      wait = 500;
      isImplied = true;
      // Goes on where it was.
      for (const [key, entry] of held) {
        entry.isOn = false;
        const since = entry.frame.table === '*' ? undefined : places.get(key) ?? entry.frame.since;
        send(since === undefined ? entry.frame : { ...entry.frame, since });
      }
    }
    take(message);
  };
  socket.onclose = () => {
    at('live').className = '';
    at('live').textContent = 'Not connected. Trying again.';
    setTimeout(connect, wait = Math.min(wait * 2, 10000));
  };
}

at('form').onsubmit = (event) => { event.preventDefault(); submit(); };
at('form').oninput = ({ target }) => {
  if (target.id === 'frame') return;
  if (target.id === 'table' || target.id === 'mode') prefill(); else compose();
};
at('frame').onkeydown = (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(); } };
at('ping').onclick = () => send({ op: 'ping', id: 'p' + next++ });
at('clear').onclick = () => { at('lines').replaceChildren(); at('frames').replaceChildren(); at('none').hidden = false; };
at('live').textContent = 'Connecting.';
prefill();
drawHeld();
connect();
`;
