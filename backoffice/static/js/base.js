// Every office page: each module finds its own elements by data attributes and works on what htmx brings later, too.
import "./toasts.js";
import "./menus.js";
import "./dialogs.js";
import "./forms.js";
import "./bulk.js";
import "./copy.js";
import "./forget.js";
import { startCountdowns } from "./countdown.js";
import { start } from "./live.js";
import { printOnClick } from "./print.js";

start();
startCountdowns();
printOnClick();
