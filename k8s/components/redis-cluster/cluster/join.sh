# Brings a new pod into the cluster, and ends at once in a pod that is in it. Two pods are a pair: 0 and 1, 2 and 3, … The
# even one begins as a master, the odd one as its replica; later they may have changed places. It may be interrupted anywhere,
# because each step looks at what there is.
cli() { timeout 5 valkey-cli --tls --cacert /etc/redis-tls/ca.crt "$@" 2>/dev/null; }
host() { echo "bincang-redis-$1.bincang-redis-nodes.$NAMESPACE.svc"; }
address() { getent hosts "$(host "$1")" | sed -n '1s/[[:space:]].*//p'; }
# id, address, flags, master, ping, pong, epoch, link, slots…
itself() { cli "$@" cluster nodes | grep myself; }
info() { cli -h "$(host "$partner")" cluster info | sed -n "s/^$1:\([0-9]*\).*/\1/p"; }

number=${POD_NAME##*-}
partner=$((number ^ 1))
pairs=$FIRST_MASTERS

join() {
  set -- $(itself)
  [ $# -ge 8 ] || return 1 # it does not answer yet
  [ $# = 8 ] || return 0   # a master with slots
  case $3 in *slave*) return 0 ;; esac

  cli cluster set-config-epoch $((number + 1)) >/dev/null # refused if it knows others already
  for other in "$partner" 0; do
    cli cluster nodes | grep -q "$(host "$other")" || cli cluster meet "$(address "$other")" 6379 >/dev/null
  done

  set -- $(itself -h "$(host "$partner")")
  [ $# -ge 8 ] || return 1
  if [ $# -gt 8 ]; then
    cli cluster replicate "$1" # the partner has the slots of the pair
  elif [ "$number" -ge $((2 * pairs)) ]; then
    # A pair that was added. It has no slots until somebody moves some to it.
    [ $((number % 2)) = 0 ] && return 0
    cli cluster replicate "$1"
  elif [ $((number % 2)) = 0 ] && [ "$(cli cluster nodes | grep -vc handshake)" -ge $((2 * pairs)) ] &&
    [ "$(info cluster_slots_assigned)" != 16384 ]; then
    # The first start: all have told which slots they have, and Redis refuses a range in which one is taken. A pod that has
    # lost its volume does not come here, because its slots are still assigned.
    cli cluster addslotsrange $((number / 2 * 16384 / pairs)) $(((number / 2 + 1) * 16384 / pairs - 1))
  fi
  return 1 # look again
}

until join; do
  sleep 1
done
echo "In the cluster: $(itself)"
