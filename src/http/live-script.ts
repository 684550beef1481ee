// The script of the index page: events of the feed → one line of text, and the list of tables as it is now.

/** It runs in a browser, as it stands here; it must hold no `</script>`. */
export const LIVE_SCRIPT = `
const live = document.getElementById('live');
const words = { added: 'is a new table', removed: 'is gone', rejected: 'cannot be read now', recovered: 'can be read again', schemaChanged: 'has other fields' };
const counted = (n, word) => n ? [n.toLocaleString('en') + (n === 1 ? ' row ' : ' rows ') + word] : [];
function tell({ type, time, data }) {
  const { counts } = data;
  const said = counts
    ? [...counted(counts.inserted, 'inserted'), ...counted(counts.updated, 'updated'), ...counted(counts.deleted, 'deleted')].join(', ') || 'has its rows in another order'
    : words[type.split('.').pop()] ?? type;
  live.textContent = data.table + (counts ? ': ' : ' ') + said + ' (' + new Date(time ?? Date.now()).toLocaleTimeString() + ')';
}
let refreshing = false, stale = false;
async function refresh() {
  stale = true;
  if (refreshing) return;
  refreshing = true;
  try {
    while (stale) {
      stale = false;
      const text = await (await fetch('/')).text();
      const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('now');
      if (fresh) document.getElementById('now').replaceWith(fresh);
      await new Promise((done) => setTimeout(done, 250));
    }
  } catch {} finally { refreshing = false; }
}
let wait = 500, isFirst = true;
function connect() {
  const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    live.className = 'on';
    wait = 500;
    if (message.type === 'hello') {
      live.textContent = 'Connected. The next change shows here.';
      if (!isFirst) refresh();
      isFirst = false;
    } else if (message.specversion) { tell(message); refresh(); }
  };
  socket.onclose = () => {
    live.className = '';
    live.textContent = 'Not connected. Trying again.';
    setTimeout(connect, wait = Math.min(wait * 2, 10000));
  };
}
connect();
`;
