#!/usr/bin/env node
// Turns a start on any Node into either Rowcast or one clear sentence. Plain old JavaScript, because a Node that
// cannot run the rest must still be able to read this file.
(function () {
  var found = process.versions.node;
  var parts = found.split('.').map(Number);
  if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 22)) {
    console.error(
      'Rowcast needs Node 22.22 or newer and this is Node ' +
        found +
        '. Install a newer one from https://nodejs.org, or run `npm start` in the repository, which brings its own.',
    );
    process.exit(1);
  }
  import('node:v8').then(function (v8) {
    // V8 frees wrappers of WebAssembly that other threads still use, and ends the process (nodejs/node issue 64500): it
    // is to make no new ones. TypeScript as it is comes by WebAssembly, in every thread.
    v8.setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
    return import('./main.ts');
  });
})();
