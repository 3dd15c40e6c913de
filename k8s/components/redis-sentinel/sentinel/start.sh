# Starts the server of this pod in its role. The other pods' sentinels know the master. If none answers, all pods have
# stopped, and this pod's sentinel has written down which one it was. If it has not, this is the first start: pod 0 begins.
umask 077
sh /etc/redis/restore.sh

# On an empty volume, wait until the failover is over. If this was the master and has lost its volume, its replicas would copy
# the emptiness otherwise. At the first start nobody needs the 15 s.
[ -d appendonlydir ] || sleep 15

name=$POD_NAME.bincang-redis-nodes.$NAMESPACE.svc
master=$(sh /etc/redis/master.sh)
: "${master:=$(sed -n 's/^sentinel monitor bincang \([^ ]*\) .*/\1/p' /data/sentinel.conf 2>/dev/null)}"
: "${master:=bincang-redis-0.bincang-redis-nodes.$NAMESPACE.svc}"

set -- "$@" --include /etc/redis/replication.conf --replica-announce-ip "$name"
[ "$master" = "$name" ] || set -- "$@" --replicaof "$master" 6379
exec "$@"
