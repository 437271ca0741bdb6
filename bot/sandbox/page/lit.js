// @ts-check
/** The library of templates. They insert data as text, never as markup. */
export { repeat } from "/assets/lit-html/directives/repeat.js"
export { html, nothing, render } from "/assets/lit-html/lit-html.js"
