/** Errors in the configuration, or in an edit of it. */
export const config = {
  "config.unwritable":
    "{file} cannot be written, and nothing was changed ({why:reason}). Let the daemon write in {directory}: mount it writable and give its user the right; or edit the file where it comes from, then reload.",
  "config.editedMeanwhile":
    "{file} was changed by somebody else meanwhile, and nothing was written: look at it again and repeat the edit.",
  "config.noFile": "{file} is no file of the configuration: the files are {known} and connectors/<name>.yaml.",
  "config.link": "{file} is a link to elsewhere and was left alone: edit the file it leads to, then reload.",
  "config.unread": "The configuration cannot be read: {why:reason}",
  "config.cut":
    "{file} looks cut off: with the rest of it {count:int} {count|declaration|declarations} would be gone ({names}). If that is meant, ask for a reload; else save the whole file again.",
  "config.newSecret":
    "an edit from chat may not give the secret {name} to {file} for {host:reason}: the live configuration does not",
  "config.newVariable":
    "an edit from chat may not give the variable {name} to {file} for {host:reason}: the live configuration does not",
  "config.newProxy": "an edit from chat may not lead {file} through the proxy {proxy}: the live configuration does not",
  "config.newDestination":
    "an edit from chat may not lead {name} to {destination}: nothing in the live configuration writes there",
  "config.usualHost": "its usual address",
  "config.onMachine": "edit the file on the machine itself, then run `tributary reload` there",
  "config.refused": "{why:reason}; {hint:reason}",
  "config.defect": "it ended unexpectedly: {why:reason}"
} as const
