# The server's own token, where no child tokens are used (VAULT_TOKEN_ROLE is absent).
# It opens a connection whose random key it knows. It can list nothing.
# "patch": beside the tokens stands what their owner's access log had come to.
path "{{mount}}/data/connections/+" {
  capabilities = ["create", "update", "read"]
}
path "{{mount}}/metadata/connections/+" {
  capabilities = ["read", "patch", "delete"]
}
