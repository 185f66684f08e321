package sync

type Locker interface {
	Lock()
	Unlock()
}

type Mutex struct{ state int }

func (m *Mutex) Lock()
func (m *Mutex) TryLock() bool
func (m *Mutex) Unlock()

type RWMutex struct{ state int }

func (rw *RWMutex) Lock()
func (rw *RWMutex) RLock()
func (rw *RWMutex) RUnlock()
func (rw *RWMutex) Unlock()

type WaitGroup struct{ state int }

func (wg *WaitGroup) Add(delta int)
func (wg *WaitGroup) Done()
func (wg *WaitGroup) Go(f func())
func (wg *WaitGroup) Wait()

type Once struct{ state int }

func (o *Once) Do(f func())

func OnceValue[T any](f func() T) func() T
