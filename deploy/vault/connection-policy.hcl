# A child token: it opens one connection, the one whose key is the name of its entity alias.
# "patch": beside the tokens stands what their owner's access log had come to.
path "{{mount}}/data/connections/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/connections/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["read", "patch", "delete"]
}
