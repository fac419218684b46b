# The server's own token, where no child tokens are used (VAULT_TOKEN_ROLE is absent).
# It opens a connection whose random key it knows. It can list nothing.
path "{{mount}}/data/connections/+" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/connections/+" {
  capabilities = ["read", "delete"]
}
# What the access logs of their owners have come to.
path "{{mount}}/data/ledger/+" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/ledger/+" {
  capabilities = ["delete"]
}
