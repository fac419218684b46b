# A child token: it opens one connection, the one whose key is the name of its entity alias.
path "{{mount}}/data/connections/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/connections/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["read", "delete"]
}
# What the access log of its owner has come to.
path "{{mount}}/data/ledger/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/ledger/{{identity.entity.aliases.ACCESSOR.name}}" {
  capabilities = ["delete"]
}
