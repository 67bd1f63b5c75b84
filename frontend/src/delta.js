// The protocol with Python: { rev, base_rev, add, remove, update }. base_rev null is a whole copy; a gap asks for one.

/** What to do with `data` when the browser stands at revision `have`: 'same', 'whole', 'delta' or 'resync'. */
export function verdict(have, data) {
  if (data.base_rev === null) return data.rev === have ? 'same' : 'whole';
  if (data.rev === have) return 'same';
  return data.base_rev === have ? 'delta' : 'resync';
}

/** Bring `cy` to `data`'s revision; answers the nodes that are new. */
export function apply(cy, data, whole) {
  let added = cy.collection();
  cy.batch(() => {
    if (whole) {
      const wanted = new Set(data.add.map((element) => element.data.id));
      cy.elements().filter((element) => !wanted.has(element.id())).remove();
    }
    data.remove.forEach((id) => cy.getElementById(id).remove());
    const [fresh, known] = halves(data.add, (element) => cy.getElementById(element.data.id).empty());
    const [lines, nodes] = halves(fresh, (element) => element.data.source);
    added = cy.add(nodes).nodes();
    cy.add(lines);
    [...known.map((element) => element.data), ...data.update].forEach((change) => cy.getElementById(change.id).data(change));
  });
  return added;
}

function halves(list, test) {
  const yes = [];
  const no = [];
  list.forEach((one) => (test(one) ? yes : no).push(one));
  return [yes, no];
}
