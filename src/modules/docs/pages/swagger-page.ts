/** `/docs`: Swagger UI over `/docs/openapi.json`, with links to the other documents. */
export const swaggerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>REST · Parley</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/docs.css">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/swagger-theme.css">
</head>
<body>
<header class="bar"><a class="brand" href="/docs">Parley</a><nav aria-label="Documents"><a href="/docs" aria-current="page">REST</a><a href="/docs/events">Events</a><a href="/docs/errors">Errors</a></nav></header>
<main id="swagger-ui"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/swagger-start.js"></script>
</body>
</html>
`;

/** `/docs/assets/swagger-start.js`. */
export const swaggerStart = `
document.documentElement.classList.toggle('dark-mode', matchMedia('(prefers-color-scheme: dark)').matches);
window.ui = SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

/** `/docs/assets/swagger-theme.css`: resets the sections that docs.css styles, because Swagger UI has its own. */
export const swaggerTheme = `
main { padding: 0; }
main section { border: 0; margin: 0; padding: 0; }
`;
