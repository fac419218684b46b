// What office.js for Outlook on the web needs from MicrosoftAjax.js before it starts: namespaces, argument checks, and JSON.
;(() => {
  const nothing = () => undefined
  window.Type = Function
  Function.registerNamespace = (name) => {
    let inside = window
    for (const part of name.split('.')) inside = inside[part] ??= {}
  }
  Function.registerClass = nothing
  Function.prototype.registerClass = nothing
  Function.prototype.registerEnum = nothing
  Function._validateParams = () => null
  Function._validateParameter = () => null
  Function.createDelegate = (self, method) => method.bind(self)
  Function.emptyMethod = nothing

  window.Sys = {
    StringBuilder: class {
      #parts = []
      append(part) {
        this.#parts.push(part)
        return this
      }
      toString() {
        return this.#parts.join('')
      }
    },
    Debug: { trace: nothing },
    Serialization: { JavaScriptSerializer: { serialize: JSON.stringify, deserialize: (text) => JSON.parse(text) } },
  }

  String.format = (text, ...values) => text.replaceAll(/\{(\d+)\}/g, (_match, at) => values[at])
  for (const kind of ['argument', 'argumentNull', 'argumentOutOfRange', 'argumentType', 'invalidOperation', 'parameterCount', 'create'])
    Error[kind] = (message) => new Error(`${kind}: ${message}`)
})()
