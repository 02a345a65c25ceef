// Writes ../static/vendor from the packages of package-lock.json. The result is committed,
// so that nobody needs Node to run or install the product.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const govuk = join(here, "..", "static", "vendor", "govuk-frontend");
const fonts = join(here, "..", "static", "vendor", "be-vietnam-pro");
mkdirSync(govuk, { recursive: true });
mkdirSync(fonts, { recursive: true });

const sheet = sass.compile(join(here, "govuk.scss"), { loadPaths: [packages], style: "compressed", quietDeps: true });
// No part we take may fetch anything from elsewhere: the content security policy would refuse it.
if (/url\((?!["']?data:)/.test(sheet.css) || sheet.css.includes("GDS Transport")) {
  throw new Error("the style sheet of govuk-frontend names a font or an image of gov.uk");
}
writeFileSync(join(govuk, "govuk-frontend.min.css"), sheet.css.replace(/^\uFEFF/, "") + "\n");
const script = readFileSync(join(packages, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), "utf8");
writeFileSync(join(govuk, "govuk-frontend.min.js"), script.replace(/\/\/# sourceMappingURL=.*\s*$/, "\n"));
copyFileSync(join(here, "govuk-frontend.LICENSE.txt"), join(govuk, "LICENSE.txt")); // the package ships no copy of it

for (const part of ["latin", "vietnamese"]) {
  for (const weight of ["400", "700"]) {
    const name = `be-vietnam-pro-${part}-${weight}-normal.woff2`;
    copyFileSync(join(packages, "@fontsource/be-vietnam-pro/files", name), join(fonts, name));
  }
}
copyFileSync(join(packages, "@fontsource/be-vietnam-pro/LICENSE"), join(fonts, "OFL.txt"));
