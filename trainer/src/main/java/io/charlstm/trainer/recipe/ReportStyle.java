package io.charlstm.trainer.recipe;

/** How reports look. */
final class ReportStyle {
  static final String CSS =
      """

      :root{--ink:#1f2933;--soft:#52606d;--line:#dde3ea;--back:#fff;--panel:#f5f7fa}
      @media(prefers-color-scheme:dark){
        :root{--ink:#e4e7eb;--soft:#9aa5b1;--line:#3e4c59;--back:#14181d;--panel:#1f262e}}
      body{margin:0;background:var(--back);color:var(--ink);
        font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
      main{max-width:780px;margin:0 auto;padding:28px 18px 60px}
      h1{margin:0;font-size:28px}
      h2{margin:34px 0 10px;font-size:19px;border-bottom:1px solid var(--line);padding-bottom:4px}
      h3{margin:16px 0 4px;font-size:13px;font-weight:600;color:var(--soft)}
      .lead{margin:4px 0 18px;color:var(--soft);font-size:16px}
      .note{color:var(--soft);margin:8px 0}
      .tiles{display:flex;flex-wrap:wrap;gap:10px}
      .tile{flex:1 1 130px;background:var(--panel);border-radius:8px;padding:10px 12px}
      .tile b{display:block;font-size:20px}
      .tile span{font-size:13px;color:var(--soft)}
      table{border-collapse:collapse;width:100%;font-size:14px}
      th,td{text-align:left;vertical-align:top;padding:5px 8px;border-bottom:1px solid var(--line);
        overflow-wrap:anywhere}
      tbody th{font-weight:600;white-space:nowrap;width:1%}
      .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      pre{background:var(--panel);border-radius:8px;padding:10px 12px;margin:0;font-size:13px;
        line-height:1.4;white-space:pre-wrap;overflow-wrap:anywhere;
        font-family:ui-monospace,"DejaVu Sans Mono",monospace}
      .sample{border-left:3px solid #2f6fde}
      .chart{width:100%;height:auto}
      .chart .grid{stroke:var(--line);stroke-width:1}
      .chart text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:var(--soft)}
      .drawing svg{max-width:100%;height:auto;border-radius:8px}
      details{margin-top:12px}
      summary{cursor:pointer;color:var(--soft)}
      """;

  private ReportStyle() {}
}
