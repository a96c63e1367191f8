// Keeps a page true while somebody looks at it: ages grow, and what the service says has changed is read again.
"use strict";
(() => {
  const length = (seconds) =>
    seconds < 100 ? `${seconds} s`
    : seconds < 6000 ? `${Math.floor(seconds / 60)} min`
    : seconds < 172800 ? `${Math.floor(seconds / 3600)} h`
    : `${Math.floor(seconds / 86400)} d`;

  // The service's clock counts: the page says when it was made, and the browser's clock may be wrong.
  let ahead = 0;
  const age = () => {
    const now = Date.now() + ahead;
    for (const time of document.querySelectorAll("main time[datetime]")) {
      const seconds = Math.floor((now - Date.parse(time.dateTime)) / 1000);
      const words = seconds < 0 ? `in ${length(-seconds)}`
        : time.className === "ahead" ? "any moment now" : `${length(seconds)} ago`;
      if (time.textContent !== words) time.textContent = words;
    }
  };
  setInterval(age, 1000);

  // What was done is said once.
  const address = new URL(location.href);
  if (address.searchParams.has("done")) {
    address.searchParams.delete("done");
    history.replaceState(null, "", address);
  }

  const live = document.getElementById("live");
  const say = (text) => { if (live && live.textContent !== text) live.textContent = text; };

  const same = (old, fresh) => old.innerHTML === fresh.innerHTML;
  const isInUse = (place) =>
    place.contains(document.activeElement) || place.querySelector("details[open]") !== null;

  const patch = (fresh) => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const next = fresh.querySelector(`[data-live="${CSS.escape(place.dataset.live)}"]`);
      if (!next || isInUse(place) || same(place, next)) continue;
      place.replaceChildren(...next.cloneNode(true).childNodes);
      if (next.hasAttribute("href")) place.setAttribute("href", next.getAttribute("href"));
    }
  };

  let isReading = false;
  let isWanted = false;
  const read = async () => {
    if (isReading || document.hidden) { isWanted = true; return; }
    [isReading, isWanted] = [true, false];
    try {
      const headers = { Accept: "text/html", "Tidegate-Live": "1" };
      const answer = await fetch(location.href, { headers, redirect: "error" });
      if (answer.ok) {
        const said = Date.parse(answer.headers.get("Date") || "");
        if (said) ahead = Math.abs(said - Date.now()) > 2000 ? said - Date.now() : 0;
        patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
        say("Live.");
        age();
      }
    } catch {
      say("Not live: the service does not answer.");
    }
    // At most so often, however much happens.
    setTimeout(() => { isReading = false; if (isWanted) read(); }, 3000);
  };
  const stream = document.body.dataset.stream;
  if (!stream || !document.querySelector("[data-live]")) return;
  let events = null;
  let looking = 0;
  const follow = () => {
    if (events) return;
    events = new EventSource(stream);
    let isFirst = true;
    for (const name of ["standing", "run", "exception"]) {
      events.addEventListener(name, () => {
        // The first ones say what the page has just said.
        if (isFirst) { setTimeout(() => { isFirst = false; }, 500); say("Live."); return; }
        read();
      });
    }
    events.onerror = () => {
      say("Not live: trying again.");
      if (events.readyState !== EventSource.CLOSED) return;
      // Refused, as where too many look: now and then will do.
      leave();
      clearTimeout(looking);
      looking = setTimeout(() => { read(); follow(); }, 30000);
    };
  };
  const leave = () => { if (events) events.close(); events = null; };
  // A browser has few connections to a host: what nobody sees holds none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { leave(); return; }
    read();
    follow();
  });
  if (!document.hidden) follow();
})();
