@rem Where npm runs its scripts in cmd.exe, which has no `exec` of its own, this stands in for it.
@%*
