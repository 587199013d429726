// Charts are drawn from the table beneath them, so the two never differ: columns marked data-series, cells' data-value.
const BARS = 15;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Blue and orange of Okabe and Ito: told apart by every kind of colour sight; the second line is dashed as well.
const palette = () => (document.documentElement.dataset.bsTheme === "dark" ? ["#6ea8f7", "#e69f00"] : ["#0072b2", "#b45f00"]);

const read = (table) => {
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.flatMap((cell, place) => ("series" in cell.dataset ? [place] : []));
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].innerText.trim()),
    series: columns.map((place) => ({
      name: heads[place].innerText.trim(),
      data: rows.map((row) => Number(row.cells[place].dataset.value)),
    })),
  };
};

const options = (kind, { labels, series }) => {
  const number = new Intl.NumberFormat(document.documentElement.lang || "ru", { maximumFractionDigits: 1, notation: "compact" });
  const words = { color: colour("--ink-soft") };
  const names = { type: "category", data: kind === "bar" ? labels.slice(0, BARS) : labels, axisLabel: { ...words, width: 180, overflow: "truncate" }, inverse: kind === "bar" };
  const values = { type: "value", axisLabel: { ...words, formatter: (value) => number.format(value) }, splitLine: { lineStyle: { color: colour("--line") } } };
  return {
    animation: false,
    color: palette(),
    grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
    legend: { show: series.length > 1, textStyle: words, top: 0 },
    // Drawn on the canvas: the page's policy allows no styles in HTML.
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => new Intl.NumberFormat("ru").format(value) },
    xAxis: kind === "bar" ? values : names,
    yAxis: kind === "bar" ? names : values,
    series: series.map((each, place) => ({
      ...each,
      type: kind,
      data: kind === "bar" ? each.data.slice(0, BARS) : each.data,
      symbol: place ? "none" : "circle",
      lineStyle: { type: place ? "dashed" : "solid", width: 2 },
    })),
  };
};

for (const place of document.querySelectorAll("[data-chart]")) {
  const told = read(document.getElementById(place.dataset.of));
  place.style.display = "block";
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  const draw = () => chart.setOption(options(place.dataset.chart, told), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}
