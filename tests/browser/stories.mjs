// The preview in a real browser: each story has a page of its own. `./run WORD` tells those with the word in their name.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chromium } from "./chromium.mjs";
import { Dialers } from "./dialers.mjs";

const { CALLSET, CHROMIUM } = process.env;
const APP = "1234567";
const PATIENCE = 20000;

const home = mkdtempSync(join(tmpdir(), "callset-browser-"));
const children = new Set();
const env = { PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8", TERM: "xterm-256color", HUBSPOT_ACCESS_TOKEN: "any-token-will-do", HUBSPOT_APP_ID: APP };

class Program {
  constructor(args, more = {}) {
    this.child = spawn(more.program ?? CALLSET, args, { env: { ...env, ...more.env }, stdio: ["pipe", "pipe", "pipe"] });
    this.out = "";
    this.errors = "";
    this.child.stdout.setEncoding("utf8").on("data", text => this.out += text);
    this.child.stderr.setEncoding("utf8").on("data", text => this.errors += text);
    children.add(this);
  }

  type(text) { this.child.stdin.write(text); }

  async says(pattern) { return until(() => this.out.match(pattern), () => `${pattern} in ${this.out.slice(-2000)} ${this.errors}`); }

  events() { return this.out.split("\n").filter(line => line.startsWith("{")).map(line => JSON.parse(line)); }

  async end(signal = "SIGTERM") {
    children.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise(done => this.child.once("exit", done));
    this.child.kill(signal);
    await ended;
  }
}

async function until(holds, why, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const it = await holds();
    if (it) return it;
    if (Date.now() > end) assert.fail(`waited in vain for ${typeof why === "function" ? await why() : why}`);
    await new Promise(done => setTimeout(done, 10));
  }
}

async function ran(...args) {
  const program = new Program(args);
  const code = await new Promise(done => program.child.once("exit", done));
  children.delete(program);
  assert.equal(code, 0, program.errors + program.out);
}

const sandbox = new Program(["sandbox", "--port", "0", "--app", APP]);
env.HUBSPOT_BASE_URL = (await sandbox.says(/http:\/\/\S+/))[0];
const dialers = await Dialers.start(), others = await Dialers.start();
const chromium = await Chromium.start(CHROMIUM);

/** The page for a dialer at this path, with 420 × 650 as saved. */
async function preview(path, { url = dialers.origin + path } = {}) {
  dialers.told.length = 0;
  await ran("set", `url=${url}`, "width=420", "height=650");
  const program = new Program(["preview", "--no-open", "--json"]);
  const ready = await until(() => program.events().find(event => event.event === "ready"), () => `the address ${program.out}${program.errors}`);
  const page = await chromium.open(ready.url);
  return { program, page, address: ready.url, ...looks(page), end: async () => { assert.deepEqual(page.faults, []); await page.close(); await program.end(); } };
}

function looks(page) {
  const step = name => page.text(`#step-${name} .how`);
  return {
    step,
    shows: (name, words) => until(async () => (await step(name)).match(words), async () => `${name} ${words}, not ${await step(name)}`),
    advises: words => until(async () => (await page.text("#advice")).match(words), async () => `${words}, not ${await page.text("#advice")}`),
    frame: () => page.evaluate(`(f => f && [+f.width, +f.height, f.getBoundingClientRect().width])(document.querySelector("iframe"))`),
    click: id => page.evaluate(`document.getElementById("${id}").click()`),
  };
}

const told = (words, of = dialers) => until(() => of.told.find(line => line.startsWith(words)), () => `${words} in ${of.told}`);
const saw = (program, name, holds = () => true) =>
  until(() => program.events().find(event => event.event === name && holds(event)), () => `${name} in ${program.out}`);

const STORIES = {
  async "healthy: each step, and what a host sends"() {
    const it = await preview("/healthy");
    await it.shows("init", /yes/);
    assert.match(await it.step("ack"), /SDK 0\.9\.7/);
    await it.shows("size", /400 × 650/);
    assert.match(await told("ready"), /"hostUrl":"http:\/\/localhost:\d+"/);
    // Where the settings make HubSpot load it, until another place is chosen.
    assert.match(await told("ready"), /"iframeLocation":"window","usesCallingWindow":true|"usesCallingWindow":true.*"iframeLocation":"window"/);
    assert.match(await it.page.text("#location-hint"), /in the calling window and in the remote/);
    assert.match(await it.page.text("#tag"), /^400 × 650 px as the dialer asks · on the form: 420 × 650, saved$/);
    // HubSpot gives it the size that it asks for; the settings' own can be had back.
    assert.deepEqual((await it.frame()).slice(0, 2), [400, 650]);
    await it.click("as-form");
    assert.deepEqual(await it.frame(), [420, 650, 420]);
    assert.match(await it.page.text("#tag"), /^420 × 650 px as on the form, saved$/);
    await it.advises(/Agents see the size that the dialer asks for/);
    await it.click("call");
    assert.equal(await told("dial"), "dial +15550100100 CONTACT");
    await it.click("minimise");
    assert.equal(await told("visible"), 'visible {"isMinimized":true,"isHidden":false}');
    await it.click("end");
    await told("end");
    await it.click("engage");
    await told("engagement");
    await saw(it.program, "synced", event => /^0\.9\.7/.test(event.sdk));
    await saw(it.program, "said", event => event.type === "INITIALIZED" && event.width === 400 && event.height === 650);
    await saw(it.program, "sent", event => event.type === "DIAL_NUMBER");
    await it.end();
  },
  async "late: the SDK is made after 1.2 s"() {
    const it = await preview("/late");
    await it.shows("init", /yes/);
    assert.ok(parseInt(await it.step("sync"), 10) > 5, await it.step("sync"));
    await it.end();
  },
  async "never initialised: synced, and then nothing"() {
    const it = await preview("/silent");
    await it.shows("ack", /SDK 0\.9\.7/);
    await it.advises(/never called initialized\(\)/);
    await it.shows("init", /never called/);
    await it.end();
  },
  async "redirected to another origin: where it ends is told"() {
    const it = await preview(`/redirected?to=${others.origin}/healthy`);
    await it.advises(new RegExp(`redirects to ${others.origin}/healthy: another origin, so the SDK never answers`));
    await saw(it.program, "loaded", event => event.redirected);
    await saw(it.program, "checked", event => event.findings.some(finding => finding.kind === "redirect" && finding.level === "error"));
    // The check has asked for the page, but no browser has it.
    assert.deepEqual(others.told, []);
    await it.end();
    const scripted = await preview(`/leading?to=${others.origin}/healthy`);
    await scripted.advises(/something in its page leads there/);
    await scripted.end();
  },
  async "refused by X-Frame-Options: the header that decided, and the one to send instead"() {
    const it = await preview("/refused");
    await it.advises(/Not synced: X-Frame-Options: SAMEORIGIN refuses every HubSpot page/);
    // Its load is that of the browser's own error page, and no success.
    await it.shows("load", /the browser's error page/);
    assert.equal(await it.page.evaluate(`document.getElementById("step-load").className`), "fail");
    const advice = await it.page.text("#advice");
    assert.equal(advice.match(/X-Frame-Options/g).length, 1, advice);
    assert.ok(advice.indexOf("frame-ancestors https") < advice.indexOf("add http://localhost"), advice);
    assert.equal(await it.page.text("#advice code"), "Content-Security-Policy: frame-ancestors https://*.hubspot.com");
    assert.match(await it.page.text("#advice"), /http:\/\/localhost:\*/);
    await saw(it.program, "checked", event => event.findings[0].header === "X-Frame-Options: SAMEORIGIN");
    assert.deepEqual(dialers.told, []);
    await it.end();
  },
  async "refused here, but allowed in HubSpot; with what is told to send, it works"() {
    const it = await preview("/hubspot-only");
    await it.advises(/Refused here, but allowed in HubSpot: add http:\/\/localhost:\* to frame-ancestors in development/);
    const send = await it.page.text("#advice code");
    assert.equal(send, "Content-Security-Policy: frame-ancestors https://*.hubspot.com http://localhost:*");
    assert.deepEqual(dialers.told, []);
    await it.end();
    const mended = await preview(`/with?header=${encodeURIComponent(send)}`);
    await mended.shows("init", /yes/);
    await mended.end();
  },
  async "a page of errors, a sandbox, nothing that runs, no SDK: each is told apart"() {
    for (const [path, words] of [["/missing", /Not synced: 404[^.]*There is no page at this address\./], ["/scriptless", /sandbox without allow-scripts/],
        ["/mute", /no SDK runs in it, or its script has an error/], ["/saved", /makes browsers save the answer/]]) {
      const it = await preview(path);
      await it.advises(words);
      await it.end();
    }
    const gone = await Dialers.start(), url = gone.origin + "/healthy";
    gone.end();
    const it = await preview("", { url });
    await it.advises(/Nothing listens there: the connection was refused/);
    await it.end();
  },
  async "answers from another origin"() {
    const it = await preview(`/elsewhere?in=${others.origin}/inner`);
    await it.advises(new RegExp(`from another origin, ${others.origin}`));
    await it.shows("ack", /from/);
    await saw(it.program, "other_origin", event => event.origin === others.origin);
    await it.end();
    const alone = await preview("/sandboxed");
    await alone.advises(/from another origin, null/);
    await alone.advises(/sandbox without allow-same-origin/);
    await alone.end();
  },
  async "reload: everything starts over"() {
    const it = await preview("/reloading");
    await until(() => dialers.told.filter(line => line === "load").length === 2, "two loads");
    await until(() => dialers.told.filter(line => line.startsWith("ready")).length === 2, "two syncs");
    await it.shows("init", /yes/);
    await it.click("reload");
    await until(() => dialers.told.filter(line => line === "load").length === 3, "a third load");
    await it.shows("init", /yes/);
    await it.end();
  },
  async "resize asked for later"() {
    const it = await preview("/resizing");
    await until(async () => (await it.frame())?.[0] === 320, "320 px");
    await it.shows("size", /320 × 480/);
    assert.equal(dialers.told.filter(line => line === "load").length, 1, "a size loads nothing");
    await it.end();
  },
  async "where it is told to be: as the switches say, until another place is chosen"() {
    await ran("set", `url=${dialers.origin}/healthy`, "width=420", "height=650", "usesCallingWindow=true", "usesRemote=true");
    dialers.told.length = 0;
    const editor = new Program(["--plain"], { env: { XDG_STATE_HOME: join(home, "places") } });
    await editor.says(/Loaded/);
    editor.type("preview\n");
    const page = await chromium.open((await editor.says(/http:\/\/localhost:\d+\/[0-9a-f]{32}\//))[0]), it = looks(page);
    const is = async (place, window, hint) => {
      const words = new RegExp(`^(?=.*"iframeLocation":"${place}")(?=.*"usesCallingWindow":${window}).*`);
      await until(() => dialers.told.findLast(line => line.startsWith("ready"))?.match(words), () => `${place} in ${dialers.told}`);
      await it.shows("init", /yes/);
      await until(async () => (await page.text("#location-hint")).match(hint), async () => page.text("#location-hint"));
      assert.equal(await page.evaluate(`document.getElementById("location").value`), place);
    };
    const choose = place => page.evaluate(`{ const it = document.getElementById("location"); it.value = "${place}"; it.dispatchEvent(new Event("change")); }`);
    await is("window", true, /calling window and in the remote/);
    editor.type("back\nusesCallingWindow no\n");
    await is("remote", false, /where HubSpot loads it/);
    assert.match(await page.text("#list"), /Loaded again: the settings now put it in the remote/);
    await choose("widget");
    await is("widget", false, /does not load it there, but in the remote/);
    editor.type("usesRemote no\n");
    await is("widget", false, /where HubSpot loads it/);
    editor.type("usesRemote yes\n");
    await is("widget", false, /does not load it there/);
    await choose("remote");
    editor.type("usesRemote no\n");
    await is("widget", false, /where HubSpot loads it/);
    assert.deepEqual(page.faults, []);
    await page.close();
    await editor.end();
  },
  async "the state is above the frame on a narrow screen, and no wider than it"() {
    const it = await preview("/healthy");
    await it.shows("init", /yes/);
    for (const width of [1400, 820, 500, 320]) {
      await it.page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
      const [brief, stage, messages, wide] = await it.page.evaluate(`[...["brief", "stage", "list-head"].map(id => document.getElementById(id).getBoundingClientRect().top),
        document.documentElement.scrollWidth]`);
      assert.ok(wide <= width, `${wide} px at ${width}`);
      assert.equal(await it.page.evaluate(`getComputedStyle(document.getElementById("brief")).display`), width > 860 ? "none" : "block");
      assert.ok(width > 860 ? messages < 800 : brief < stage, `${width}: ${[brief, stage, messages]}`);
    }
    assert.match(await it.page.text("#brief"), /dialer asked for 400 × 650/);
    await it.end();
  },
  async "unknown types are never answered"() {
    const it = await preview("/unknown");
    const counts = JSON.parse((await told("counts")).slice(7));
    assert.deepEqual(Object.keys(counts), ["SYNC"], JSON.stringify(counts));
    assert.match(await it.page.text("#list"), /MYSTERY/);
    assert.doesNotMatch(await it.page.text("#list"), /NO_ID/);
    await it.end();
  },
  async "hostile: a flood, circles, a megabyte, markup and marks"() {
    const it = await preview("/hostile");
    await it.shows("init", /yes/);
    await until(async () => (await it.page.text("#list")).includes("LAST"), "the last message");
    const list = await it.page.text("#list");
    assert.ok(!/[\u202a-\u202e\u2066-\u2069\u001b]/.test(list), "no mark is there as itself");
    assert.ok(await it.page.evaluate(`document.querySelectorAll("#list li").length`) <= 200);
    assert.equal(await it.page.evaluate(`document.querySelectorAll("#list img, #list script").length`), 0);
    assert.equal(await it.page.evaluate(`document.title`), "callset preview");
    assert.deepEqual((await it.frame()).slice(0, 2), [420, 650], "a size that is none is none");
    await it.click("end");
    await told("end");
    assert.ok(it.program.out.length < 2_000_000, `${it.program.out.length} bytes`);
    await it.end();
  },
  async "a page of another site reads nothing and sends nothing"() {
    const it = await preview("/healthy");
    await it.shows("init", /yes/);
    const spy = await chromium.open(`${others.origin}/spy?at=${encodeURIComponent(it.address)}`);
    const words = await told("spied", others);
    assert.doesNotMatch(words, /read/);
    assert.deepEqual(it.program.events().filter(event => event.page > 1), [], "no page was opened, and nothing was sent");
    await spy.close();
    await it.end();
  },
  async "the editor: a nudge moves the frame, and nothing is loaded again"() {
    dialers.told.length = 0;
    await ran("set", `url=${dialers.origin}/plain`, "width=420", "height=650");
    // `script` is the terminal. The browser of the desk is a program that writes down what it is to open.
    const browser = join(home, "browser"), opened = join(home, "opened");
    writeFileSync(browser, `#!/bin/sh\nprintf '%s' "$1" > '${opened}'\n`, { mode: 0o755 });
    const editor = new Program(["-qefc", `stty cols 100 rows 30; exec ${CALLSET}`, "/dev/null"], { program: "script", env: { BROWSER: browser, XDG_STATE_HOME: join(home, "screen") } });
    await editor.says(/\/plain/);
    editor.type("\x1b[17~");
    const read = () => existsSync(opened) && readFileSync(opened, "utf8").match(/^http:\/\/localhost:\d+\/[0-9a-f]{32}\/$/);
    const address = (await until(read, () => editor.out.slice(-1000)))[0];
    const page = await chromium.open(address), it = looks(page);
    await it.shows("init", /yes/);
    assert.deepEqual((await it.frame()).slice(0, 2), [420, 650]);
    // Of a line only the cells that change are written.
    await editor.says(/0\.9\.7/);
    editor.type("\t");
    await page.evaluate(`window.seenAt = []; new MutationObserver(() => seenAt.push(Date.now()))
      .observe(document.querySelector("iframe"), { attributes: true, attributeFilter: ["width"] })`);
    const took = [];
    for (let n = 1; n <= 20; n += 1) {
      const at = Date.now();
      editor.type("\x1b[C");
      await until(async () => (await it.frame())[0] === 420 + n, () => `a width of ${420 + n}`);
      took.push((await page.evaluate(`seenAt.at(-1)`)) - at);
    }
    took.sort((a, b) => a - b);
    console.log(`     a nudge is in the browser after ${took[10]} ms (median of 20, ${took.at(-1)} at most)`);
    assert.ok(took[10] <= 50, `${took}`);
    assert.equal(await page.text("#tag"), "440 × 650 px as on the form, not saved");
    assert.equal(dialers.told.filter(line => line === "load").length, 1, "a size loads nothing");
    assert.ok(await page.evaluate(`!document.getElementById("saved").hidden`), "the saved size is dotted");
    // The page says when the editor is gone.
    await editor.end("SIGTERM");
    await until(async () => /does not answer|has ended/.test(await page.text("#advice")), async () => page.text("#advice"));
    assert.deepEqual(page.faults, []);
    await page.close();
  },
  async "line by line: what is wrong with the headers is told in the terminal and on the page, and mended it is not"() {
    await ran("set", `url=${dialers.origin}/hubspot-only`, "width=420", "height=650");
    const editor = new Program(["--plain"], { env: { XDG_STATE_HOME: join(home, "wrong") } });
    await editor.says(/Loaded/);
    editor.type("preview\n");
    const page = await chromium.open((await editor.says(/http:\/\/localhost:\d+\/[0-9a-f]{32}\//))[0]), it = looks(page);
    await editor.says(/refused here, but allowed in HubSpot: add http:\/\/localhost:\* to frame-ancestors in development/);
    await it.advises(/Refused here, but allowed in HubSpot/);
    editor.type(`back\nurl ${dialers.origin}/refused\n`);
    await it.advises(/X-Frame-Options: SAMEORIGIN refuses every HubSpot page/);
    editor.type("preview\n");
    await editor.says(/send instead:/);
    editor.type(`back\nurl ${dialers.origin}/plain\n`);
    await it.shows("init", /yes/);
    await editor.says(/preview: synced with SDK 0\.9\.7\S*, initialised/);
    // It works here; the check knows that HubSpot's pages refuse it.
    editor.type(`url ${dialers.origin}/with?header=${encodeURIComponent("Content-Security-Policy: frame-ancestors http://localhost:*")}\n`);
    await until(async () => /synced/i.test(await page.text("#advice")) && (await it.frame()) && dialers.told.length, "synced");
    editor.type("check\n");
    await it.advises(/but no page of HubSpot shows it/);
    assert.deepEqual(page.faults, []);
    await page.close();
    await editor.end();
  },
  async "line by line: a new url loads it, and another origin as well"() {
    await ran("set", `url=${dialers.origin}/plain`, "width=420", "height=650");
    dialers.told.length = others.told.length = 0;
    // A state folder of its own: it is not asked about edits that another editor left.
    const editor = new Program(["--plain"], { env: { XDG_STATE_HOME: join(home, "lines") } });
    await editor.says(/Loaded/);
    editor.type("preview\n");
    const address = (await editor.says(/http:\/\/localhost:\d+\/[0-9a-f]{32}\//))[0];
    const page = await chromium.open(address), it = looks(page);
    await it.shows("init", /yes/);
    await editor.says(/preview: synced with SDK 0\.9\.7/);
    editor.type(`back\nurl ${dialers.origin}/silent\n`);
    await until(() => dialers.told.filter(line => line === "load").length === 2, () => `${dialers.told} ${editor.out}`);
    editor.type(`url ${others.origin}/healthy\n`);
    await told("ready", others);
    await it.shows("init", /yes/);
    editor.type("url javascript:alert(1)\n");
    await until(async () => /no url that a browser can show/.test(await page.text("#stage")), "the page has no frame");
    editor.type("preview\nstop\n");
    await until(async () => /has ended/.test(await page.text("#advice")), "the page says that it has ended");
    assert.deepEqual(page.faults, []);
    await page.close();
    await editor.end();
  },
};

let failed = 0;
const wanted = process.argv[2] ?? "";
try {
  for (const [name, story] of Object.entries(STORIES).filter(([name]) => name.includes(wanted))) {
    const at = Date.now();
    try {
      await story();
      console.log(`ok   ${name} (${Date.now() - at} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n     ${error.stack}`);
    }
  }
} finally {
  await chromium.end().catch(() => {});
  dialers.end();
  others.end();
  for (const program of [...children]) await program.end();
  rmSync(home, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
