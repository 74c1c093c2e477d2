/** What the mark means, in one paragraph: `docs/trust.md`, shorter. */
export function TrustParagraph() {
  return (
    <p>
      An optimised image shows <em>one</em> way to excite a unit, and nothing says that real pictures do it in this way: so real
      patches come first, and each image carries a mark. Its three arcs are the <b>natural percentile</b> (the share of real
      pictures that excite the unit less than the image does), the <b>agreement of seeds</b> (whether images begun from other
      noise end up alike to the network) and the <b>two-alternative score</b> (how often the image tells which of two real
      pictures excites the unit; 0.5 is chance). A full arc is above its mark, a dotted one below, a thin line was not measured.
      An image below a mark is doubtful; it is not hidden. The judge is the network itself: a low score is a reason for doubt, a
      high one is not yet an explanation.
    </p>
  );
}
