/**
 * Gathering a write-off, step by step in one window: store, account, products and quantities, reason, confirmation. A
 * button of another step than the current one shows the current step again and changes nothing.
 */
import { Effect } from "effect"
import { type ChatAnswer, type ChatContext, type ChatPress, Keyboard, UserFacingError } from "../../../../core/sdk.ts"
import { askForOwn } from "../Departments.ts"
import { amountAnswers } from "./AmountAnswers.ts"
import { checkDraft } from "./CompleteDraft.ts"
import { begin, type Draft, type Drafts } from "./Draft.ts"
import type { Notices } from "./Notices.ts"
import type { Refresh } from "./Refresh.ts"
import type { StepNotes, Steps } from "./Steps.ts"
import {
  changeAnswers,
  placeAnswers,
  productAnswers,
  reasonAnswers,
  type StepAnswer,
  withStore
} from "./WriteoffAnswers.ts"

export interface FlowParts {
  readonly drafts: Drafts
  readonly notices: Notices
  readonly refresh: Refresh
  readonly steps: Steps
}

export const make = (parts: FlowParts) => {
  const present = makePresent(parts)
  const opening = makeOpening(parts, present)
  return {
    ...makeInputs(parts, present, opening),
    ...makeChecks(parts, present),
    askFirst: opening.askFirst,
    open: opening.open,
    present,
    resume: opening.resume
  }
}

export type Flow = ReturnType<typeof make>

/** Stores the draft and shows its step. */
const makePresent = ({ drafts, steps }: FlowParts) =>
  Effect.fnUntraced(function* (ctx: ChatContext, draft: Draft, extra?: StepNotes) {
    drafts.save(ctx, draft)
    yield* ctx.show(yield* steps.view(ctx.translator, draft, ctx.person, extra))
  })

type Present = ReturnType<typeof makePresent>

const makeOpening = ({ drafts, notices, refresh, steps }: FlowParts, present: Present) => {
  const start = Effect.fnUntraced(function* (ctx: ChatContext) {
    const { person, translator } = ctx
    if (person.department === null) return yield* ctx.show(askForOwn(translator))
    const [draft, { chosen }] = [yield* begin, yield* steps.storesFor(person)]
    const first = chosen === undefined ? draft : yield* withStore(steps, draft, chosen)
    // Loaded while the person chooses, for the next step.
    if (first.step !== "products") yield* notices.runInBackground(steps.frequent(person))
    yield* present(ctx, first)
  })

  /** `anew`: the data of the button that begins a new draft. */
  const askFirst = Effect.fnUntraced(function* (
    { session, show, translator }: ChatContext,
    draft: Draft,
    anew: string
  ) {
    const keyboard = new Keyboard()
      .text(translator.t("writeoff-continue"), "writeoff:continue")
      .row()
      .text(translator.t("writeoff-anew"), anew)
      .row()
      .text(translator.t("menu-back"), "menu")
    session.expects = null
    yield* show({ text: translator.say("writeoff-unfinished", { count: draft.items.length }), keyboard })
  })

  const open = Effect.fnUntraced(function* (ctx: ChatContext) {
    yield* refresh(ctx.by)
    const draft = drafts.of(ctx)
    yield* draft !== undefined && drafts.isKept(ctx) ? askFirst(ctx, draft, "writeoff:new") : start(ctx)
  })

  const resume = (ctx: ChatContext) => {
    const draft = drafts.of(ctx)
    return draft === undefined ? start(ctx) : present(ctx, draft)
  }

  return { askFirst, open, resume, start }
}

const makeInputs = (
  { drafts, steps }: FlowParts,
  present: Present,
  { open, resume, start }: ReturnType<typeof makeOpening>
) => {
  const answered = Effect.fnUntraced(function* (ctx: ChatContext, { handle, step }: StepAnswer, value: string) {
    const draft = drafts.of(ctx)
    if (draft === undefined) return yield* ctx.menu
    if (draft.step !== step) return yield* present(ctx, draft)
    const [next, extra] = yield* handle(draft, value, ctx.person, ctx.translator)
    yield* present(ctx, next, extra)
  })

  const back = Effect.fnUntraced(function* (ctx: ChatContext) {
    const draft = drafts.of(ctx)
    const step = draft === undefined ? undefined : yield* steps.before(draft, ctx.person)
    if (draft === undefined || step === undefined) return yield* ctx.menu
    yield* present(ctx, { ...draft, asked: null, query: "", step })
  })

  const askToDrop = ({ show, translator }: ChatContext) => {
    const keyboard = new Keyboard()
      .text(translator.t("writeoff-drop-yes"), "writeoff:dropped")
      .text(translator.t("back"), "writeoff:continue")
    return show({ text: translator.say("writeoff-drop-sure"), keyboard })
  }

  const drop = (ctx: ChatContext) =>
    Effect.suspend(() => {
      drafts.clear(ctx)
      return ctx.menu
    })

  const all = [
    ...placeAnswers(steps),
    ...productAnswers(steps),
    ...amountAnswers(steps),
    ...reasonAnswers,
    ...changeAnswers
  ]
  const presses: ReadonlyArray<ChatPress> = [
    ...all.flatMap(
      (one): ReadonlyArray<ChatPress> =>
        typeof one.to === "string" ? [] : [{ data: one.to, run: (ctx, [, value = ""]) => answered(ctx, one, value) }]
    ),
    { data: "writeoff", run: open },
    { data: "writeoff:new", run: start },
    { data: "writeoff:continue", run: resume },
    { data: "writeoff:back", run: back },
    { data: "writeoff:drop", run: askToDrop },
    { data: "writeoff:dropped", run: drop }
  ]
  const answers = all.flatMap(
    (one): ReadonlyArray<ChatAnswer> =>
      typeof one.to === "string" ? [{ step: one.to, run: (ctx, text) => answered(ctx, one, text.trim()) }] : []
  )

  return { answers, presses }
}

const makeChecks = ({ steps }: FlowParts, present: Present) => {
  /** Whether it can be submitted; otherwise shows the step that is incomplete. */
  const isReady = Effect.fnUntraced(function* (ctx: ChatContext, draft: Draft) {
    const { draft: whole, extra } = yield* checkDraft(steps, draft, ctx.person, ctx.translator)
    const isWhole = whole.step === "confirm" && extra.note === undefined
    if (!isWhole) yield* present(ctx, whole, { note: extra.note ?? ctx.translator.say("writeoff-not-offered") })
    return isWhole
  })

  /** Begins a draft like an older one, at the confirmation if nothing is missing. */
  const startFrom = Effect.fnUntraced(function* (ctx: ChatContext, like: Partial<Draft>) {
    if (ctx.person.department === null) return yield* new UserFacingError({ key: "departments-own" })
    const { draft, extra } = yield* checkDraft(steps, { ...(yield* begin), ...like }, ctx.person, ctx.translator)
    yield* present(ctx, draft, extra)
  })

  return { isReady, startFrom }
}
