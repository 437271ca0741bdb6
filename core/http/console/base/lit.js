// @ts-check
/** The source of templates. They insert data as text, never as markup. */
export { live } from "/assets/lit-html/directives/live.js"
export { ref } from "/assets/lit-html/directives/ref.js"
export { repeat } from "/assets/lit-html/directives/repeat.js"
export { html, nothing, render } from "/assets/lit-html/lit-html.js"
