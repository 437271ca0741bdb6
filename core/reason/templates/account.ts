/** Why an account, or its credentials, cannot be used, and what to do about it. */
export const account = {
  "account.keyMissing":
    "TRIBUTARY_MASTER_KEY is not set, and the credentials of accounts are sealed with it; `openssl rand -base64 32` makes one",
  "account.keyBase64": "key {place:int} of TRIBUTARY_MASTER_KEY is not Base64; `openssl rand -base64 32` makes one",
  "account.keyLength":
    "key {place:int} of TRIBUTARY_MASTER_KEY has {bytes:int} {bytes|byte|bytes}, not 32; `openssl rand -base64 32` makes one",
  "account.otherKey":
    "sealed with the master key {key}, which TRIBUTARY_MASTER_KEY does not hold; add that key after the first, separated by a comma",
  "account.altered": "the sealed credentials do not open: they were changed, or belong to another account",
  "account.noList": "there is no list {list} of this account",
  "account.notRead": "Nothing was read for this account yet.",
  "account.ownMissing": "{connector} has no account yet: add one with `accounts add {connector}`",
  "account.ownSeveral": "{connector} uses one account, and there are several ({accounts}): remove or pause the others",
  "account.none": "{connector} has no accounts",
  "account.unknown": "{connector} has no account {account}",
  "account.unknownId": "there is no account {id}",
  "account.ambiguous": "{account} is the name of several accounts: write {names}",
  "account.badName":
    "«{name}» cannot be the name of an account or an owner: letters, digits and . _ : + -, at most {limit:int} of them, beginning with a letter or digit (an owner may contain @)",
  "account.exists": "{account} exists already and works; pause or remove it first",
  "account.tooMany":
    "{owner} has {count:int} {count|account|accounts} of {connector} already, as many as accounts.perOwner allows",
  "account.otherOwner":
    "the new credentials are of {found}, and {account} holds the data of {known}: add them under another name",
  "account.removed": "the account {account} was removed",
  "account.beingRead": "{account} is being read at the moment; pause it, and try again when its runs have ended",
  "account.purgeUnconfirmed":
    "{count:int} {count|row|rows} that were read for {account} would be deleted for good: confirm this number",
  "account.purged": "{count:int} {count|row|rows}",
  "account.notRemoved": "{account} is not removed; removing it can delete its rows, too",
  "account.invalid": "the credentials of {account} are refused, authorize it again: {why:reason}",
  "account.unreadable": "the credentials of {account} cannot be read: {why:reason}",
  "account.lostAnswer": "{why:reason}; an answer to the refresh that began at {at:time} was lost",
  "account.refreshBusy":
    "the credentials of {account} are being refreshed by another process, which has not finished within {limit}",
  "account.notRefreshed": "credentials of {connector} cannot be refreshed; they hold until they are replaced",
  "account.noAuthorization": "accounts of {connector} are not authorized by a link: add their credentials",
  "account.authorizationExpired": "nobody confirmed the code before it expired; begin again",
  "account.taskUnknown": "there is no task {id}",
  "account.taskEnded": "the task {id} has ended already: {state}",
  "account.taskStopped": "the task was stopped",
  "account.notPaused": "{account} is not paused, it is {status}",
  "account.notActive": "{account} is not active, it is {status}"
} as const
