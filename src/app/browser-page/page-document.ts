// Plain enough for Internet Explorer's engine; `keep` is hidden until another mode is waited for.

import { text } from '../../contract/text.ts';

export function pageDocument(): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<title>${text('page.title')}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<h1>${text('page.title')}</h1>
<noscript><p>${text('page.noScript')}</p></noscript>
<p id="working">${text('page.working')}</p>
<p id="expired" class="hidden">${text('page.expired')}</p>
<ul id="lines" aria-live="polite"></ul>
<p id="end" class="hidden">&nbsp;</p>
<button id="keep" type="button" class="hidden">${text('page.keep')}</button>
<script src="/page.js"></script>
</body>
</html>
`;
}

export const PAGE_STYLE = `body { max-width: 40em; margin: 3em auto; padding: 0 1em; font: 17px/1.7 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1b2433; background: #f3f5f9; }
h1 { font-size: 1.3em; }
ul { padding: 0; list-style: none; }
li { margin: 0.4em 0; padding: 0.5em 1em; background: #fff; border-left: 4px solid #e2e7f0; }
li.ok { border-color: #14804a; }
li.bad { border-color: #b4232a; }
#end { font-weight: bold; }
button { font: inherit; padding: 0.3em 1.2em; }
.hidden { display: none; }
`;
