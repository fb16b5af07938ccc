// The part of the chat that a server should not be asked about: theme, panels, scrolling, the text being written.
(() => {
  const KEY = "commercial-agent.chats";
  const THEME = "commercial-agent.theme";
  const app = () => document.querySelector(".ca-app");
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window: forget */ } };
  const paint = () => {
    const chosen = read(THEME);
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("body--dark", dark);
    document.body.classList.toggle("body--light", !dark);
  };

  window.chat = {
    load: () => { try { return JSON.parse(read(KEY)); } catch { return null; } },
    save: (value) => write(KEY, JSON.stringify(value)),
    toggle: (name, on) => app()?.classList.toggle(name, on),
    theme: () => { write(THEME, document.body.classList.contains("body--dark") ? "light" : "dark"); paint(); },
    bottom: (smooth) => {
      const log = document.querySelector(".ca-log");
      if (log) requestAnimationFrame(() => log.scrollTo({ top: log.scrollHeight, behavior: smooth ? "smooth" : "instant" }));
    },
    grow: (area) => { area.style.height = "44px"; area.style.height = Math.min(area.scrollHeight, 132) + "px"; },
    // The text leaves the box in the browser, so that what is typed next is never lost to a slow line.
    take: () => {
      const area = document.querySelector(".ca-composer textarea");
      const text = area.value;
      if (!text.trim()) return null;
      area.value = "";
      window.chat.grow(area);
      area.focus();
      return text;
    },
    start: () => {
      paint();
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
      if (matchMedia("(min-width: 1101px)").matches) window.chat.toggle("why-open", true);
      else document.activeElement?.blur();
      new MutationObserver(() => window.chat.bottom(true)).observe(document.querySelector(".ca-log"), { childList: true, subtree: true });
    },
  };
  document.addEventListener("DOMContentLoaded", paint);
})();
