// Chromium over its debugging pipe: pages, what they evaluate to, and nothing from the network.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio", "--remote-debugging-pipe", "about:blank"];

export class Chromium {
  static async start(program) {
    const one = new Chromium();
    one.profile = mkdtempSync(join(tmpdir(), "callset-chromium-"));
    // A container has no user to switch to.
    const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    one.child = spawn(program, [...FLAGS.slice(0, -1), ...asRoot, `--user-data-dir=${one.profile}`, FLAGS.at(-1)],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    one.waiting = new Map();
    one.listeners = new Set();
    one.last = 0;
    let text = "";
    one.child.stdio[4].setEncoding("utf8").on("data", chunk => {
      text += chunk;
      for (let end; (end = text.indexOf("\0")) >= 0; text = text.slice(end + 1)) one.heard(JSON.parse(text.slice(0, end)));
    });
    one.child.on("exit", () => one.waiting.forEach(({ fail }) => fail(new Error("Chromium has ended"))));
    return one;
  }

  heard(message) {
    const asked = this.waiting.get(message.id);
    if (!asked) return this.listeners.forEach(listener => listener(message));
    this.waiting.delete(message.id);
    if (message.error) asked.fail(new Error(message.error.message)); else asked.done(message.result);
  }

  send(method, params = {}, sessionId) {
    const id = ++this.last;
    this.child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((done, fail) => this.waiting.set(id, { done, fail }));
  }

  async open(url) {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank", browserContextId, width: 1200, height: 900 });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    await page.send("Page.enable");
    await page.send("Runtime.enable");
    await page.send("Log.enable");
    await page.send("Page.navigate", { url });
    return page;
  }

  async end() {
    await this.send("Browser.close").catch(() => {});
    await new Promise(done => this.child.exitCode === null ? this.child.once("exit", done) : done());
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  constructor(chromium, session, target) {
    Object.assign(this, { chromium, session, target, faults: [] });
    chromium.listeners.add(this.listener = ({ method, params, sessionId }) => {
      if (sessionId !== session) return;
      if (method === "Runtime.exceptionThrown") this.faults.push(params.exceptionDetails.exception?.description ?? "a fault");
    });
  }

  send(method, params) { return this.chromium.send(method, params, this.session); }

  /** While the page is being loaded anew there is nothing to ask: it is asked again then. */
  async evaluate(expression, tries = 20) {
    const asked = this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const between = error => /navigated|context/i.test(error.message) && tries > 0;
    const answer = await asked.catch(error => { if (!between(error)) throw error; });
    if (!answer) return new Promise(done => setTimeout(done, 50)).then(() => this.evaluate(expression, tries - 1));
    const { result, exceptionDetails } = answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  text(selector) { return this.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`); }

  async close() {
    this.chromium.listeners.delete(this.listener);
    await this.chromium.send("Target.closeTarget", { targetId: this.target });
  }
}
