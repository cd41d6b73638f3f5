
"use strict";
/* All of this is a convenience: without it trees open, links lead to octets, and tables are in order. */
(function () {
  var lit = [];
  function dark() { lit.forEach(function (it) { it.classList.remove("lit"); }); lit = []; }
  function light(it) { if (it) { it.classList.add("lit"); lit.push(it); } }
  function partner(it) {
    var row = it.closest("[data-o]");
    if (row) { return [row, document.getElementById(row.dataset.o)]; }
    var piece = it.closest(".dump span[id]");
    return piece ? [document.querySelector('[data-o="' + piece.id + '"]'), piece] : null;
  }
  function look(event) {
    var both = event.target.closest ? partner(event.target) : null;
    dark();
    if (both) { both.forEach(light); }
  }
  document.addEventListener("mouseover", look);
  document.addEventListener("focusin", look);
  document.addEventListener("click", function (event) {
    var piece = event.target.closest(".dump span[id]");
    if (!piece) { return; }
    var both = partner(event.target);
    if (!both || !both[0]) { return; }
    for (var up = both[0].parentElement; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    both[0].scrollIntoView({ block: "nearest" });
  });
  function open() {
    var target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    for (var up = target; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    if (target && target.tagName === "LI" && target.firstElementChild && target.firstElementChild.tagName === "DETAILS") { target.firstElementChild.open = true; }
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();

  function key(cell) {
    var data = cell.querySelector("data, time");
    if (data) { return parseFloat(data.tagName === "DATA" ? data.value : data.dataset.value); }
    return cell.textContent.trim().toLowerCase();
  }
  function compare(a, b) {
    var numbers = typeof a === "number" && typeof b === "number";
    if (numbers) { return a - b; }
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells), body = table.tBodies[0];
    if (body.rows.length < 2) { return; }
    heads.forEach(function (head, place) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.prototype.slice.call(body.rows)
          .map(function (row) { return [key(row.cells[place]), row]; })
          .sort(function (a, b) { return (down ? -1 : 1) * compare(a[0], b[0]); })
          .forEach(function (pair) { body.appendChild(pair[1]); });
      });
    });
  });
})();
