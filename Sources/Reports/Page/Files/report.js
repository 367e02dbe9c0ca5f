// What a reader can do with the page: sort, filter, take along, and follow a trial from plot to plot.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const tip = document.querySelector('.tip');
  const bar = document.querySelector('.selection');
  const page = 300;
  let chosen = null;

  // Numbers as the page writes them.
  const units = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
  const short = (value, column) => {
    if (value === null) return '';
    if (typeof value !== 'number') return value;
    if (column.includes('_ms')) return value.toFixed(3);
    if (!Number.isInteger(value)) return String(+value.toFixed(4));
    if (column === 'id' || Math.abs(value) < 1e5) return String(value);
    const unit = units.find(([size]) => value >= size);
    const scaled = value / unit[0];
    return scaled.toFixed(scaled < 10 ? 2 : 1) + unit[1];
  };
  const quoted = (text) => /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;

  // The rows of a kept table, each as an object by column.
  const rowsOf = (kept) => kept.rows.map((cells) => {
    const row = Object.assign(Object.create(null), kept.constant);
    kept.varying.forEach((column, place) => { row[column] = cells[place]; });
    return row;
  });

  // A filter: words that a row has somewhere, and comparisons such as macs<2e6.
  const matcher = (text) => {
    const tests = text.trim().toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
      const parts = /^([a-z_0-9]+)(<=|>=|<|>|=)(.+)$/.exec(word);
      if (!parts) return (row, shown) => shown.includes(word);
      const [, column, sign, right] = parts;
      const number = Number(right);
      return (row) => {
        const value = row[column];
        if (value === undefined || value === null) return false;
        if (sign === '=') return Number.isNaN(number) ? String(value).toLowerCase() === right : value === number;
        return sign === '<' ? value < number : sign === '>' ? value > number
          : sign === '<=' ? value <= number : value >= number;
      };
    });
    return (row, shown) => tests.every((test) => test(row, shown));
  };

  // What a reader is told of a trial.
  const trials = data.studies.map((study) => new Map(rowsOf(study.tables.trials).map((row) => ['t' + row.id, row])));
  const described = (section, id) => {
    const row = trials[[...document.querySelectorAll('[data-study]')].indexOf(section)].get(id);
    if (!row) return 'trial:' + id.slice(1);
    const parts = ['trial:' + row.id];
    if (typeof row.accuracy === 'number') parts.push((100 * row.accuracy).toFixed(2) + ' %');
    if (typeof row.latency_ms === 'number') parts.push(row.latency_ms.toFixed(3) + ' ms');
    if (typeof row.macs === 'number') parts.push(short(row.macs, 'macs') + ' macs');
    if (row.blocks) parts.push(row.blocks + ' blocks');
    if (row.resolution) parts.push(row.resolution + ' px');
    if (row.state !== 'complete') parts.push(row.state.replaceAll('_', ' '));
    return parts.join(' · ');
  };

  const table = (section, study) => {
    const element = section.querySelector('table.trials');
    if (!element) return;
    const body = element.tBodies[0];
    const tools = section.querySelector('.tools');
    const columns = study.shown;
    const all = rowsOf(study.tables.trials);
    const known = new Map([...body.rows].map((row) => [row.dataset.id, row]));
    const isText = [...element.tHead.rows[0].cells].map((cell) => cell.classList.contains('t'));
    const made = (row) => {
      const line = document.createElement('tr');
      line.dataset.id = 't' + row.id;
      columns.forEach((column, place) => {
        const cell = line.insertCell();
        cell.textContent = short(row[column], column);
        if (isText[place]) cell.className = 't';
      });
      return line;
    };
    const items = study.order.map((place) => {
      const row = all[place];
      return { row, id: 't' + row.id, shown: columns.map((column) => short(row[column], column)).join(' ').toLowerCase() };
    });
    const element_of = (item) => {
      if (!known.has(item.id)) known.set(item.id, made(item.row));
      const line = known.get(item.id);
      if (!line.querySelector('button')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = line.cells[0].textContent;
        button.setAttribute('aria-label', 'Select trial ' + item.row.id);
        line.cells[0].replaceChildren(button);
      }
      line.classList.toggle('selected', chosen !== null && chosen.section === section && chosen.id === item.id);
      return line;
    };
    const state = { sort: null, descending: false, limit: page, found: items };
    const [output, more] = [tools.querySelector('output'), tools.querySelector('[data-do=more]')];
    const compare = (a, b) => {
      const [x, y] = [a.row[state.sort], b.row[state.sort]];
      if (x === y) return 0;
      if (x === null || x === undefined) return 1;
      if (y === null || y === undefined) return -1;
      return (x < y ? -1 : 1) * (state.descending ? -1 : 1);
    };
    const draw = () => {
      const matches = matcher(tools.querySelector('input').value);
      state.found = items.filter((item) => matches(item.row, item.shown));
      if (state.sort !== null) state.found.sort(compare);
      body.replaceChildren(...state.found.slice(0, state.limit).map(element_of));
      const count = state.found.length;
      output.textContent = count === items.length ? count.toLocaleString('en') + ' trials'
        : count.toLocaleString('en') + ' of ' + items.length.toLocaleString('en') + ' trials';
      if (count > state.limit) output.textContent += ', ' + state.limit + ' shown';
      more.hidden = count <= state.limit;
    };
    [...element.tHead.rows[0].cells].forEach((cell, place) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = cell.textContent;
      cell.replaceChildren(button);
      button.addEventListener('click', () => {
        const column = columns[place];
        state.descending = state.sort === column ? !state.descending : /accuracy|reward/.test(column);
        state.sort = column;
        [...element.tHead.rows[0].cells].forEach((other) => other.removeAttribute('aria-sort'));
        cell.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
        draw();
      });
    });
    tools.querySelector('input').addEventListener('input', () => { state.limit = page; draw(); });
    more.addEventListener('click', () => { state.limit += page; draw(); });
    const csv = () => {
      const names = study.tables.trials.columns;
      const lines = state.found.map(({ row }) => names.map((name) => quoted(String(row[name] ?? ''))).join(','));
      return [names.join(','), ...lines].join('\n') + '\n';
    };
    tools.querySelector('[data-do=csv]').addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv' }));
      link.download = 'trials.csv';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    const copy = tools.querySelector('[data-do=copy]');
    if (!navigator.clipboard) copy.hidden = true;
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(csv());
        output.textContent = 'copied ' + state.found.length.toLocaleString('en') + ' rows';
      } catch { output.textContent = 'the browser does not let this page copy; download the CSV instead'; }
    });
    section.reveal = (id) => {
      if (!state.found.some((item) => item.id === id)) tools.querySelector('input').value = '';
      draw();
      const place = state.found.findIndex((item) => item.id === id);
      if (place >= state.limit) { state.limit = place + 1; draw(); }
      const line = known.get(id);
      if (line) line.scrollIntoView({ block: 'center' });
    };
    section.redraw = draw;
    tools.hidden = false;
    draw();
  };

  // One trial is selected at most; its marks and its row say so everywhere in its study.
  const select = (section, id) => {
    document.querySelectorAll('.selected').forEach((mark) => mark.classList.remove('selected'));
    const same = chosen && chosen.section === section && chosen.id === id;
    chosen = same || id === null ? null : { section, id };
    bar.hidden = chosen === null;
    if (!chosen) return;
    const marks = section.querySelectorAll('[data-id="' + id + '"]');
    marks.forEach((mark) => {
      mark.classList.add('selected');
      if (mark.ownerSVGElement && mark.parentNode.lastElementChild !== mark) mark.parentNode.append(mark);
    });
    bar.firstElementChild.textContent = described(section, id);
  };
  document.addEventListener('click', (event) => {
    const mark = event.target.closest('[data-id]');
    if (mark) select(mark.closest('[data-study]'), mark.dataset.id);
  });
  bar.querySelector('[data-do=clear]').addEventListener('click', () => select(null, null));
  bar.querySelector('[data-do=row]').addEventListener('click', () => chosen && chosen.section.reveal && chosen.section.reveal(chosen.id));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && chosen) select(null, null); });

  // Arrow keys walk from point to point of the plot that has the focus.
  document.querySelectorAll('svg.figure').forEach((plot) => {
    const ids = [...new Set([...plot.querySelectorAll('[data-id]')].map((mark) => mark.dataset.id))];
    if (ids.length === 0) return;
    plot.setAttribute('tabindex', '0');
    plot.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const section = plot.closest('[data-study]');
      const place = chosen && chosen.section === section ? ids.indexOf(chosen.id) : -1;
      const next = place < 0 ? (step > 0 ? 0 : ids.length - 1) : (place + step + ids.length) % ids.length;
      if (ids[next] !== (chosen && chosen.id)) select(section, ids[next]);
    });
  });

  // The words of a mark beside the pointer, at once and in the page's own style.
  const words = (target) => {
    for (let node = target; node && node.tagName !== 'svg' && node.closest && node.closest('svg.figure'); node = node.parentNode) {
      const title = [...node.children].find((child) => child.tagName === 'title');
      if (title) return title.textContent;
      if (node.dataset.id) return described(node.closest('[data-study]'), node.dataset.id);
    }
    return null;
  };
  document.addEventListener('pointermove', (event) => {
    const text = event.pointerType === 'touch' ? null : words(event.target);
    tip.hidden = text === null;
    if (text === null) return;
    tip.textContent = text;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + 'px';
    tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 10 : event.clientY + 18) + 'px';
  });
  document.addEventListener('pointerleave', () => { tip.hidden = true; });

  document.querySelectorAll('[data-study]').forEach((section, place) => table(section, data.studies[place]));
})();
