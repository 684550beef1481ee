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
  import('./main.ts');
})();
