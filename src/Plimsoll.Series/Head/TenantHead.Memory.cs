namespace Plimsoll.Series.Head;

internal sealed unsafe partial class TenantHead
{
    private long _openBytes;

    /// <summary>Bytes of the buffers of open samples.</summary>
    public long OpenBytes => Volatile.Read(ref _openBytes);

    /// <summary>Seals the open samples of a series whose buffer is larger than a number of samples, and gives the buffer up.</summary>
    public void Shrink_NeedsGate(int id, int samples)
    {
        SeriesSlot* slot = _slots[id];
        if (slot->Open == null || slot->Capacity <= samples)
        {
            return;
        }

        if (slot->Count > 0)
        {
            SealOpen(slot);
        }

        ReleaseOpen(slot);
    }

    // A series that is empty may still have the buffer of its last samples.
    private void ReleaseOpen(SeriesSlot* slot)
    {
        if (slot->Open != null && slot->Count == 0)
        {
            int size = OpenSamples.SizeFor(slot->Capacity, slot->StepMs == SeriesSlot.Irregular);
            Retire(slot->Open, size);
            _openBytes -= size;
            slot->Open = null;
            slot->Capacity = 0;
            slot->StepMs = 0;
        }
    }
}
