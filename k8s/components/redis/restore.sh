# If there is a backup in /data/restore.rdb, the server starts with it instead of its own data.
[ -f restore.rdb ] || exit 0
rm -rf appendonlydir
mkdir appendonlydir
echo 'file appendonly.aof.1.base.rdb seq 1 type b' >appendonlydir/appendonly.aof.manifest
mv restore.rdb appendonlydir/appendonly.aof.1.base.rdb
