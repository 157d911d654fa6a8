// Shows the instances that match: every word of the search, and one of the chosen states (none chosen means all).
(() => {
  const form = document.querySelector('#filter');
  if (form === null) return;
  const search = form.querySelector('#search');
  const count = form.querySelector('#count');
  const nothing = document.querySelector('#nothing');
  const timelines = form.querySelector('#timelines');
  const articles = [...document.querySelectorAll('#sagas article')].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    state: element.dataset.state,
  }));

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const states = [...form.querySelectorAll('input[name="state"]:checked')].map(({ value }) => value);
    let shown = 0;
    for (const { element, text, state } of articles) {
      const matches = words.every((word) => text.includes(word)) && (states.length === 0 || states.includes(state));
      element.hidden = !matches;
      if (matches) shown += 1;
    }
    const all = articles.length;
    const instances = all === 1 ? 'instance' : 'instances';
    count.textContent = shown === all ? `${all} ${instances}` : `${shown} of ${all} ${instances}`;
    nothing.hidden = shown > 0;
  };

  form.hidden = false;
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  // A form is reset only after its event, so the matching waits for that.
  form.addEventListener('reset', () => queueMicrotask(() => requestAnimationFrame(show)));
  timelines.addEventListener('click', () => {
    const open = timelines.getAttribute('aria-pressed') !== 'true';
    timelines.setAttribute('aria-pressed', String(open));
    for (const details of document.querySelectorAll('#sagas details')) details.open = open;
  });
  // A link to an instance the filter hides shows all of them again.
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.hidden !== true) return;
    form.reset();
    requestAnimationFrame(() => target.scrollIntoView());
  });
})();
