// How the page of the feed looks beside what all pages share.

export const FEED_STYLE = `
main { max-width: 76rem }
.two { display: grid; gap: 0 2.5rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 62rem) { .two { grid-template-columns: minmax(0, 1fr) minmax(0, 26rem) } }
form { display: grid; gap: .8rem }
label, legend { display: block; font-size: .88rem; color: var(--dim); font-weight: 600; padding: 0 }
input[type=text], select, textarea { display: block; width: 100%; margin-top: .2rem; padding: .5rem .6rem; color: var(--ink); background: var(--back); border: 1px solid var(--line); border-radius: 6px; font: inherit; font-weight: 400 }
textarea, .mono { font: .88rem/1.5 ui-monospace, monospace !important }
textarea { resize: vertical }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0 }
.checks { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .25rem }
.checks label { display: flex; gap: .4rem; align-items: center; color: var(--ink); font-weight: 400; min-height: 1.75rem }
.pair { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)) }
button { font: inherit; padding: .45rem .9rem; min-height: 2.6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); color: var(--ink); cursor: pointer }
button.main { background: var(--link); border-color: var(--link); color: var(--back); font-weight: 600 }
button:disabled { opacity: .5; cursor: default }
:is(button, input, select, textarea, summary):focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center }
.row h2 { flex: 1 }
#clear { padding: .2rem .7rem; min-height: 2rem; align-self: end; margin-bottom: .4rem }
#held { list-style: none; margin: .4rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem }
#held li { display: flex; align-items: center; gap: .5rem; padding: .1rem .1rem .1rem .7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--soft); max-width: 100%; overflow-wrap: anywhere }
#held button { flex: none; border: 0; padding: .2rem .6rem; min-height: 2.2rem; color: var(--link) }
#lines, #frames { list-style: none; margin: .4rem 0 0; padding: 0; max-height: 22rem; overflow-y: auto; border-top: 1px solid var(--line) }
#lines li, #frames li { padding: .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
#lines ul { margin: .2rem 0 0; padding-left: 1.2rem }
#lines ul li { border: 0; padding: .05rem 0 }
.op { font-weight: 600 }
.insert, .enter { color: var(--live) }
.delete, .leave { color: var(--bad) }
summary { cursor: pointer; font: .88rem ui-monospace, monospace; min-height: 1.75rem }
pre { margin: .4rem 0 0; padding: .7rem; background: var(--soft); border-radius: 6px; font: .82rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow-y: auto }
@media (min-width: 62rem) { #lines, #frames { max-height: 32rem } }
[hidden] { display: none !important }
`;
