// The same words as Moment.java, kept fresh while the page is open.

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

function size(seconds: number): string {
  if (seconds < 45) return 'now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 36) return `${hours} h`;
  const days = Math.round(hours / 24);
  return days < 14 ? `${days} d` : '';
}

export function relative(at: Date, now: Date): string {
  const apart = Math.trunc((now.getTime() - at.getTime()) / 1000);
  const words = size(Math.abs(apart));
  if (words === '') return day.format(at);
  if (words === 'now') return at > now ? 'in a moment' : 'just now';
  return at > now ? `in ${words}` : `${words} ago`;
}

export function refreshTimes(root: ParentNode, now: Date): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const words = relative(new Date(time.dateTime), now);
    if (time.textContent !== words) time.textContent = words;
  }
}

export function keepTimes(root: ParentNode): void {
  setInterval(() => refreshTimes(root, new Date()), 15_000);
}
