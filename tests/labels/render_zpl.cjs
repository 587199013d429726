// Draws ZPL by a renderer that is not ours: reads [{zpl, width, height, dots}] on stdin, writes a list of lists of PNG (base64).
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");

const { ready } = createRequire(process.argv[2])("zpl-renderer-js");

ready.then(async ({ api }) => {
  const drawn = [];
  for (const { zpl, width, height, dots } of JSON.parse(readFileSync(0, "utf8"))) {
    drawn.push(await api.zplToBase64MultipleAsync(zpl, width, height, dots));
  }
  process.stdout.write(JSON.stringify(drawn), () => process.exit(0));
});
