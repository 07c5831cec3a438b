// Dialers on this machine, each with HubSpot's own SDK, and with one thing that is wrong or odd with it.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const SDK = readFileSync(new URL("node_modules/@hubspot/calling-extensions-sdk/dist/main.esm.js", import.meta.url));

// What a page does that has the SDK. `told` goes to the server of the page, which the stories ask.
const page = script => `<!DOCTYPE html><meta charset="utf-8"><title>Dialer</title><body style="font: 15px sans-serif; padding: 1em">
<h1>Acme Dialer</h1><p>A page of a test.</p><script type="module">
import CallingExtensions from "/sdk.js";
const tell = words => fetch("/told", { method: "POST", body: words });
const raw = message => parent.postMessage(message, "*");
const counts = {};
addEventListener("message", event => { const type = event.data?.type; counts[type] = (counts[type] ?? 0) + 1; });
tell("load");
const start = (ready, debugMode = false) => {
  const sdk = new CallingExtensions({ debugMode, eventHandlers: {
    onReady: data => { tell("ready " + JSON.stringify(data)); ready?.(sdk); },
    onDialNumber: data => tell("dial " + data.phoneNumber + " " + data.objectType),
    onVisibilityChanged: data => tell("visible " + JSON.stringify(data)),
    onEndCall: () => tell("end"),
    onCreateEngagementSucceeded: data => tell("engagement " + data.engagementId),
    defaultEventHandler: (data, event) => tell("other " + event.type),
  } });
  return sdk;
};
${script}
</script>`;

const asks = "{ isLoggedIn: true, sizeInfo: { width: 400, height: 650 } }";

export const SCRIPTS = {
  healthy: `start(sdk => sdk.initialized(${asks}));`,
  plain: `start(sdk => sdk.initialized({ isLoggedIn: true }));`,
  late: `setTimeout(() => start(sdk => sdk.initialized(${asks})), 1200);`,
  silent: `start();`,
  resizing: `start(sdk => { sdk.initialized({ isLoggedIn: true }); setTimeout(() => sdk.resizeWidget({ width: 320, height: 480 }), 300); });`,
  reloading: `start(sdk => { sdk.initialized({ isLoggedIn: true }); if (!sessionStorage.once) { sessionStorage.once = 1; setTimeout(() => location.reload(), 400); } });`,
  unknown: `start(sdk => { sdk.initialized({ isLoggedIn: true }); raw({ type: "MYSTERY", messageId: "1_1", data: { a: 1 } }); raw({ type: "ERROR", messageId: "1_2" });
    raw({ type: "NO_ID" }); raw("text"); raw(null); setTimeout(() => tell("counts " + JSON.stringify(counts)), 1500); });`,
  hostile: `start(sdk => { sdk.initialized({ isLoggedIn: true }); const loop = { type: "LOOP" }; loop.self = loop;
    raw({ type: "CIRCLE", messageId: "1_1", data: loop }); raw({ type: "BIG", messageId: "1_2", data: { text: "x".repeat(1 << 20), n: 10n } });
    raw({ type: "\\u202e\\u001b[2J<img src=x onerror=alert(1)>", messageId: "1_3", data: "<script>document.title='owned'<\\/script>\\u2066" });
    for (let n = 0; n < 5000; n += 1) raw({ type: "FLOOD", messageId: "f_" + n, data: { n } });
    raw({ type: "RESIZE_WIDGET", messageId: "1_4", data: { width: "1e9", height: -5 } }); raw({ type: "LAST", messageId: "1_5" }); });`,
  moving: `start(sdk => { sdk.initialized({ isLoggedIn: true }); });`,
};

export class Dialers {
  static async start() {
    const one = new Dialers();
    one.told = [];
    one.server = createServer((request, response) => one.answer(request, response));
    await new Promise(done => one.server.listen(0, "localhost", done));
    one.origin = `http://localhost:${one.server.address().port}`;
    return one;
  }

  answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.origin);
    const name = pathname.slice(1);
    const html = (text, headers = {}) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...headers }).end(text);
    if (pathname === "/sdk.js") return response.writeHead(200, { "Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*" }).end(SDK);
    if (pathname === "/told") {
      let words = "";
      request.setEncoding("utf8").on("data", chunk => words += chunk).on("end", () => { this.told.push(words); response.writeHead(204).end(); });
      return;
    }
    if (name === "redirected") return response.writeHead(302, { Location: searchParams.get("to") }).end();
    if (name === "refused") return html(page(SCRIPTS.healthy), { "X-Frame-Options": "SAMEORIGIN" });
    if (name === "hubspot-only") return html(page(SCRIPTS.healthy), { "Content-Security-Policy": "frame-ancestors https://*.hubspot.com" });
    if (name === "with") {
      const [header, value] = searchParams.get("header").split(/: (.*)/);
      return html(page(SCRIPTS.healthy), { [header]: value });
    }
    if (name === "leading") return html(`<script>location.replace(${JSON.stringify(searchParams.get("to"))})</script>`);
    if (name === "scriptless") return html(page(SCRIPTS.healthy), { "Content-Security-Policy": "sandbox" });
    if (name === "mute") return html("<h1>Acme Dialer</h1>");
    if (name === "saved") return html(page(SCRIPTS.healthy), { "Content-Disposition": "attachment" });
    if (name === "sandboxed") return html(`<script>addEventListener("message", () => {}); setInterval(() => parent.postMessage({ type: "INITIALIZED", messageId: "1_1" }, "*"), 200)</script>`,
      { "Content-Security-Policy": "sandbox allow-scripts" });
    // The page of the url has a frame of another origin in it, and the SDK is there.
    if (name === "elsewhere") return html(`<iframe src="${searchParams.get("in")}"></iframe><script>
      addEventListener("message", event => { if (event.data.type === "SYNC") frames[0].postMessage(event.data, "*"); });</script>`);
    if (name === "inner") return html(`<script>addEventListener("message", event => { if (event.data.type !== "SYNC") return;
      top.postMessage({ ...event.data, type: "SYNC_ACK", version: "0.9.7", iFrameUrl: location.origin }, "*"); });</script>`);
    if (name === "spy") return html(`<script>
      const at = ${JSON.stringify(searchParams.get("at"))};
      const tell = words => fetch("/told", { method: "POST", body: words });
      (async () => {
        const tried = [];
        for (const [path, options] of [["", {}], ["live", {}], ["seen", { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" }],
            ["seen", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }]])
          tried.push(await fetch(at + path, options).then(answer => "read " + answer.status, () => "refused"));
        const source = new EventSource(at + "live");
        tried.push(await new Promise(done => { source.onmessage = () => done("read"); source.onerror = () => done("refused"); }));
        tell("spied " + tried.join(", "));
      })();</script>`);
    if (SCRIPTS[name]) return html(page(SCRIPTS[name]));
    response.writeHead(404).end();
  }

  end() { this.server.closeAllConnections(); this.server.close(); }
}
