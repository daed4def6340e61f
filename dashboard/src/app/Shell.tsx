/** What index.html has drawn already, so that nothing moves or blinks when the page takes over. */
export function Shell() {
  return (
    <div className="shell">
      <header className="topbar">
        <Brand />
      </header>
    </div>
  );
}

export function Brand() {
  return (
    <span className="brand">
      <span className="brand-mark" aria-hidden />
      Silent Scalper
    </span>
  );
}
