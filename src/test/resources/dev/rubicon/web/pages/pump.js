// A stream in a test's hand, in the place of EventSource: `pump(type, data)` says something to whoever listens; `streams`
// are all that were opened; while `away` is set none opens. Beside it, what the browser says of the page meanwhile: shifts of its layout, and long tasks.
(() => {
  window.streams = [];
  let number = 5000;
  window.EventSource = class extends EventTarget {
    constructor(address) {
      super();
      this.address = address;
      this.readyState = 1;
      window.streams.push(this);
      setTimeout(() => {
        if (!window.away) this.onopen?.();
        else {
          this.readyState = 2;
          this.onerror?.();
        }
      });
    }
    close() { this.readyState = 2; }
  };
  window.pump = (type, data) => {
    number++;
    window.streams.filter((one) => one.readyState === 1)
      .forEach((one) => one.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId: String(number) })));
  };
  window.shifts = [];
  window.longTasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.shifts.push({ at: one.startTime, value: one.value,
    of: one.sources.map((source) => source.node?.outerHTML?.slice(0, 120) ?? source.node?.textContent) })))
    .observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.longTasks.push(one.duration)))
    .observe({ type: 'longtask', buffered: true });
})();
